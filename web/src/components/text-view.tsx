import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import { components as m } from "@/messages/components";
import { CopyButton } from "./copy-button";

interface Props {
  label: string;
  text: string;
  /** Keeps the end in view while text arrives. */
  follow?: boolean;
}

/** Logs, descriptions and YAML: a scroll area in the code font. */
export function TextView({ label, text, follow = false }: Props) {
  const [wrap, setWrap] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when text arrives.
  useEffect(() => {
    if (follow && area.current) area.current.scrollTop = area.current.scrollHeight;
  }, [text, follow]);
  return (
    <div className="mx-4 mb-3.5 overflow-hidden rounded-lg border border-line">
      <div className="flex items-center gap-4 bg-sunken px-3 py-1 text-xs text-muted">
        <span>{text === "" ? m.noLinesYet : m.lines(text.trimEnd().split("\n").length)}</span>
        <label className="ml-auto flex items-center gap-1.5">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} />
          {m.wrapLines}
        </label>
        <CopyButton text={text} label={m.copyOf(label.toLowerCase())} />
      </div>
      <div
        role="group"
        ref={area}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
        tabIndex={0}
        className="relative max-h-[420px] overflow-auto px-3 py-2"
      >
        <pre className={clsx("mono", wrap ? "break-words whitespace-pre-wrap" : "whitespace-pre")}>
          {text}
        </pre>
      </div>
    </div>
  );
}
