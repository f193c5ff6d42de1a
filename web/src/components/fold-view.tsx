import { clsx } from "clsx";
import { useDeferredValue, useMemo, useState } from "react";
import { foldable, hiddenBy } from "@/lib/fold";
import { components as m } from "@/messages/components";
import { Document, FindIn } from "./document";

/** Lines that are shown at once; a longer document is cut, and says so. */
const MOST = 3000;

/** YAML or JSON as a tree: what is indented below a line can be folded away. */
export default function FoldView({ label, text }: { label: string; text: string }) {
  const lines = useMemo(() => text.trimEnd().split("\n"), [text]);
  const folds = useMemo(() => foldable(lines), [lines]);
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const hidden = useMemo(() => hiddenBy(closed, folds), [closed, folds]);
  const matches = useMemo(
    () => (wanted === "" ? null : lines.filter((line) => line.toLowerCase().includes(wanted)).length),
    [lines, wanted],
  );
  const toggle = (at: number) => {
    const next = new Set(closed);
    if (!next.delete(at)) next.add(at);
    setClosed(next);
  };
  const bar = (
    <>
      <FindIn label={label} text={filter} onChange={setFilter} />
      <span role="status">{matches === null ? m.lines(lines.length) : m.found(matches)}</span>
      <button
        type="button"
        className="ml-auto hover:text-text"
        onClick={() => setClosed(closed.size > 0 ? new Set() : outermost(lines, folds))}
      >
        {closed.size > 0 ? m.unfoldAll : m.foldAll}
      </button>
    </>
  );
  return (
    <Document tall label={label} text={text} bar={bar}>
      {lines
        .slice(0, MOST)
        .map((line, at) =>
          hidden.has(at) ? null : (
            <Line
              key={at}
              line={line}
              found={wanted !== "" && line.toLowerCase().includes(wanted)}
              fold={folds.has(at) ? { closed: closed.has(at), toggle: () => toggle(at) } : null}
            />
          ),
        )}
      {lines.length > MOST && (
        <p className="px-3 pt-2 font-sans text-muted">{m.linesMore(lines.length - MOST)}</p>
      )}
    </Document>
  );
}

function outermost(lines: string[], folds: ReadonlyMap<number, number>): Set<number> {
  return new Set(
    [...folds.keys()].filter((at) => /^\S/.test(lines[at] ?? "") || /^ {4}"/.test(lines[at] ?? "")),
  );
}

interface LineProps {
  line: string;
  found: boolean;
  fold: { closed: boolean; toggle: () => void } | null;
}

const KEY = /^(\s*(?:- )*)("?[\w./-]+"?)(:)(.*)$/;

function Line({ line, found, fold }: LineProps) {
  const [, indent = "", key, colon, rest] = KEY.exec(line) ?? [];
  return (
    <div className={clsx("flex min-w-max whitespace-pre", found && "bg-warn-soft")}>
      <span className="sticky left-0 w-7 shrink-0 bg-inherit text-center select-none">
        {fold && (
          <button
            type="button"
            aria-expanded={!fold.closed}
            aria-label={`${fold.closed ? m.unfold : m.fold} ${line.trim()}`}
            onClick={fold.toggle}
            className="w-5 text-faint hover:text-text"
          >
            {fold.closed ? "▸" : "▾"}
          </button>
        )}
      </span>
      {key ? (
        <span>
          {indent}
          <span className="text-primary">{key}</span>
          {colon}
          {rest}
        </span>
      ) : (
        <span>{line}</span>
      )}
      {fold?.closed && <span className="text-faint"> …</span>}
    </div>
  );
}
