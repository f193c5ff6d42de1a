import { clsx } from "clsx";
import { useDeferredValue, useMemo, useState } from "react";
import { useEnd } from "@/lib/use-end";
import { components as m } from "@/messages/components";
import { BarCheck, Document, FindIn } from "./document";

interface Props {
  label: string;
  text: string;
  /** Keeps the end in view while lines arrive. */
  follow?: boolean;
}

/** Lines in the document at once; older ones are still found and copied. */
const SHOWN = 1000;

const SEVERE = /\b(error|err|fatal|panic|exception|critical|fail(?:ed|ure)?)\b|level=error|"level":"error"/i;
const NOTABLE = /\b(warn(?:ing)?)\b|level=warn|"level":"warn/i;

/** What containers have written: filtered, with errors marked, the end in view while more comes. */
export default function LogView({ label, text, follow = false }: Props) {
  const [wrap, setWrap] = useState(false);
  const [onlyBad, setOnlyBad] = useState(false);
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const area = useEnd(text, follow);
  const lines = useMemo(() => (text === "" ? [] : text.trimEnd().split("\n")), [text]);
  const kept = useMemo(
    () =>
      lines.filter(
        (line) =>
          (wanted === "" || line.toLowerCase().includes(wanted)) &&
          (!onlyBad || SEVERE.test(line) || NOTABLE.test(line)),
      ),
    [lines, wanted, onlyBad],
  );
  const shown = kept.slice(-SHOWN);
  const count = kept.length === lines.length ? m.lines(lines.length) : m.linesOf(kept.length, lines.length);
  const bar = (
    <>
      <FindIn label={label} text={filter} onChange={setFilter} />
      <span role="status">{lines.length === 0 ? m.logEmpty : count}</span>
      <BarCheck label={m.errorsAndWarnings} on={onlyBad} onChange={setOnlyBad} className="ml-auto" />
      <BarCheck label={m.wrap} on={wrap} onChange={setWrap} />
    </>
  );
  return (
    <div className="mx-4 mb-3.5">
      <Document label={label} text={kept.join("\n")} bar={bar} area={area}>
        {kept.length > shown.length && (
          <p className="px-3 pb-1 font-sans text-sm text-muted">{m.olderLines(kept.length - shown.length)}</p>
        )}
        {shown.map((line, i) => (
          <div
            key={kept.length - shown.length + i}
            className={clsx(
              "border-l-2 px-3",
              wrap ? "break-words whitespace-pre-wrap" : "min-w-max whitespace-pre",
              SEVERE.test(line)
                ? "border-bad text-bad"
                : NOTABLE.test(line)
                  ? "border-warn text-warn"
                  : "border-transparent",
            )}
          >
            {line || " "}
          </div>
        ))}
        {lines.length > 0 && kept.length === 0 && <p className="px-3 font-sans text-muted">{m.logNoMatch}</p>}
      </Document>
    </div>
  );
}
