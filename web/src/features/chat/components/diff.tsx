import { clsx } from "clsx";
import { useMemo, useState } from "react";
import type { Delta } from "@/api/types";
import { cards as m } from "@/messages/cards";
import { type DiffLine, diffByObject, type ObjectDiff } from "../diff-lines";

const SHORT = 14;
const LOOKS: Record<DiffLine["kind"], string> = {
  same: "",
  before: "bg-del text-del-text",
  after: "bg-add text-add-text",
};
const SIGNS: Record<DiffLine["kind"], string> = { same: " ", before: "-", after: "+" };
const SPOKEN: Record<DiffLine["kind"], string> = { same: "", before: m.before, after: m.after };

/** What the server's dry run says would be different. */
export function Diff({ deltas, title = m.fromTheServersDry }: { deltas: Delta[]; title?: string }) {
  const [all, setAll] = useState(false);
  const objects = useMemo(() => diffByObject(deltas), [deltas]);
  if (objects.length === 0) return null;
  const total = objects.reduce((sum, object) => sum + object.lines.length, 0);
  const shown = all || total <= SHORT ? objects : firstLines(objects, SHORT - 4);
  return (
    <div
      role="group"
      aria-label={m.difference(title)}
      className="mx-4 mb-3.5 max-sm:mx-3 max-sm:mb-2 overflow-hidden rounded-lg border border-line"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard. */}
      <div className="relative max-h-[480px] overflow-auto" tabIndex={0}>
        {shown.map((object) => (
          <ObjectLines key={`${object.namespace} ${object.object}`} object={object} title={title} />
        ))}
      </div>
      {total > SHORT && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="w-full border-t border-line px-3 py-1.5 text-left text-sm font-medium text-primary hover:bg-sunken"
        >
          {all
            ? m.showFewerLines
            : m.showAllLines(total, objects.length > 1 ? m.ofObjects(objects.length) : "")}
        </button>
      )}
    </div>
  );
}

function firstLines(objects: ObjectDiff[], limit: number): ObjectDiff[] {
  const kept: ObjectDiff[] = [];
  let left = limit;
  for (const object of objects) {
    if (left <= 0) break;
    kept.push({ ...object, lines: object.lines.slice(0, left) });
    left -= object.lines.length;
  }
  return kept;
}

function ObjectLines({ object, title }: { object: ObjectDiff; title: string }) {
  return (
    <div className="min-w-max">
      <p className="bg-sunken px-3 py-1 text-xs text-muted">
        <span className="mono text-xs">{object.object}</span>
        {object.namespace && m.inNamespace(object.namespace)}, {title}
      </p>
      <pre className="mono">
        {object.lines.map(({ kind, text }, i) => (
          <span key={i} className={clsx("block px-3 py-px", LOOKS[kind])}>
            <span aria-hidden="true">{SIGNS[kind]} </span>
            {SPOKEN[kind] && <span className="sr-only">{SPOKEN[kind]}</span>}
            {text}
          </span>
        ))}
      </pre>
    </div>
  );
}
