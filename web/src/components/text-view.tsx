import { clsx } from "clsx";
import { useState } from "react";
import { useEnd } from "@/lib/use-end";
import { components as m } from "@/messages/components";
import { BarCheck, Document } from "./document";

interface Props {
  label: string;
  text: string;
  /** Keeps the end in view while text arrives. */
  follow?: boolean;
}

/** Descriptions and other texts: a scroll area in the code font. */
export function TextView({ label, text, follow = false }: Props) {
  const [wrap, setWrap] = useState(false);
  const area = useEnd(text, follow);
  const bar = (
    <>
      <span>{text === "" ? m.logEmpty : m.lines(text.trimEnd().split("\n").length)}</span>
      <BarCheck label={m.wrapLines} on={wrap} onChange={setWrap} className="ml-auto" />
    </>
  );
  return (
    <div className="mx-4 mb-3.5">
      <Document label={label} text={text} bar={bar} area={area}>
        <pre className={clsx("mono px-3", wrap ? "break-words whitespace-pre-wrap" : "whitespace-pre")}>
          {text}
        </pre>
      </Document>
    </div>
  );
}
