import type { Impact } from "@/api/types";
import { cards as m } from "@/messages/cards";

interface Line {
  text: string;
  tone: "" | "text-bad" | "text-warn" | "text-muted";
}

/** What a change touches besides its targets, the most serious first; what could not be read is said so. */
export function touched(impact: Impact): Line[] {
  const lines = (tone: Line["tone"], items: { text: string }[]) => items.map(({ text }) => ({ text, tone }));
  const silent = impact.services.filter(({ left }) => left === 0);
  const along = impact.along.map(({ text }) => text).join(", ");
  const all: Line[] = [
    ...lines("text-bad", impact.budgets),
    ...lines("text-bad", silent),
    ...lines(
      "text-warn",
      impact.services.filter(({ left }) => left > 0),
    ),
    ...impact.volumes.map(({ text, data }) => ({
      text,
      tone: data === "deleted" ? ("text-bad" as const) : ("text-warn" as const),
    })),
    ...lines("", impact.pods),
    ...(along ? [{ text: m.deletedAlong(along), tone: "text-bad" as const }] : []),
    ...lines("text-warn", impact.reverts),
    ...impact.unknown.map((text) => ({ text: m.notKnown(text), tone: "text-muted" as const })),
  ];
  return all.filter(({ text }, i) => all.findIndex((other) => other.text === text) === i);
}

const FEW = 6;

/** The lines as a list; the reasons already say some of it, which is not said twice. */
export function Touches({ lines }: { lines: Line[] }) {
  const first = lines.slice(0, FEW);
  const rest = lines.slice(FEW);
  return (
    <>
      <Lines lines={first} />
      {rest.length > 0 && (
        <details>
          <summary className="font-medium text-primary">{m.moreLines(rest.length)}</summary>
          <Lines lines={rest} />
        </details>
      )}
    </>
  );
}

function Lines({ lines }: { lines: Line[] }) {
  return (
    <ul aria-label={m.whatItTouches}>
      {lines.map(({ text, tone }) => (
        <li key={text} className={tone || undefined}>
          {text}
        </li>
      ))}
    </ul>
  );
}
