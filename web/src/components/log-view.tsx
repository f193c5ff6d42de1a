import { clsx } from "clsx";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { components as m } from "@/messages/components";
import { CopyButton } from "./copy-button";

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
  const area = useRef<HTMLDivElement>(null);
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when lines arrive.
  useEffect(() => {
    if (follow && area.current) area.current.scrollTop = area.current.scrollHeight;
  }, [text, follow]);
  return (
    <div className="mx-4 mb-3.5 overflow-hidden rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line2 bg-sunken px-3 py-1.5 text-xs text-muted">
        <input
          type="search"
          aria-label={m.findIn(label)}
          placeholder={m.find}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          className="h-7 w-40 rounded-md border border-line bg-surface px-2 text-sm text-text"
        />
        <span role="status">
          {lines.length === 0
            ? m.noLinesYet
            : kept.length === lines.length
              ? m.lines(lines.length)
              : m.linesOf(kept.length, lines.length)}
        </span>
        <label className="ml-auto flex items-center gap-1.5">
          <input type="checkbox" checked={onlyBad} onChange={(event) => setOnlyBad(event.target.checked)} />
          {m.errorsAndWarnings}
        </label>
        <label className="flex items-center gap-1.5">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} />
          {m.wrap}
        </label>
        <CopyButton text={kept.join("\n")} label={m.copyOf(label)} />
      </div>
      <div
        role="group"
        ref={area}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
        tabIndex={0}
        className="mono relative max-h-[420px] overflow-auto py-2"
      >
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
        {lines.length > 0 && kept.length === 0 && (
          <p className="px-3 font-sans text-muted">{m.noLineSaysThat}</p>
        )}
      </div>
    </div>
  );
}
