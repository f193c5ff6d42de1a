import { clsx } from "clsx";
import type { AuditEvent } from "@/api/types";
import { Dot, type Tone } from "@/components/badge";
import { LevelBadge } from "@/components/level-badge";
import { Time } from "@/components/time";
import { count } from "@/lib/format";
import { audit as m } from "@/messages/audit";

interface Props {
  events: AuditEvent[];
  selected: number | null;
  onSelect: (index: number) => void;
}

const HEAD = "border-b border-line px-4 py-2 text-left text-xs font-medium text-muted";
const CELL = "border-b border-line2 px-4 py-[7px]";

export function AuditTable({ events, selected, onSelect }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
    <div className="relative overflow-x-auto" tabIndex={0} role="group" aria-label={m.tableOfRecords}>
      <table className="w-full min-w-[760px] border-separate border-spacing-0 text-sm whitespace-nowrap">
        <thead>
          <tr>
            <th scope="col" className={clsx(HEAD, "num")}>
              #
            </th>
            <th scope="col" className={HEAD}>
              {m.when}
            </th>
            <th scope="col" className={HEAD}>
              {m.who}
            </th>
            <th scope="col" className={HEAD}>
              {m.what}
            </th>
            <th scope="col" className={HEAD}>
              {m.level}
            </th>
            <th scope="col" className={HEAD}>
              {m.outcome}
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Row
              key={event.index}
              event={event}
              selected={event.index === selected}
              onSelect={() => onSelect(event.index)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event, selected, onSelect }: { event: AuditEvent; selected: boolean; onSelect: () => void }) {
  return (
    // The button in the first cell is what the keyboard uses; the row only widens it for a pointer.
    <tr
      onClick={onSelect}
      className={clsx("cursor-pointer", selected ? "bg-primary-soft" : "hover:bg-sunken")}
    >
      <td className={clsx(CELL, "num")}>
        <button
          type="button"
          aria-label={m.record(event.index)}
          aria-pressed={selected}
          className="mono font-medium text-primary"
        >
          {count(event.index)}
        </button>
      </td>
      <td className={CELL}>
        <Time iso={event.time} />
      </td>
      <td className={clsx(CELL, "max-w-[18ch] truncate")} title={event.user}>
        {event.user}
      </td>
      <td className={clsx(CELL, "w-full max-w-0 truncate")} title={event.command ?? event.kind}>
        <What event={event} />
      </td>
      <td className={CELL}>
        <LevelBadge level={event.level} short />
      </td>
      <td className={CELL}>
        <OutcomeWord event={event} />
      </td>
    </tr>
  );
}

/** What a screen showed, where it was not one line. */
function sceneWords({ data }: AuditEvent): string {
  const { scene } = (data ?? {}) as { scene?: Record<string, string | null> };
  if (!scene) return "";
  if (scene.scene === "object")
    return `${scene.kind} ${scene.name}${scene.namespace ? ` in ${scene.namespace}` : ""}`;
  return scene.scene === "overview" ? m.theOverview(scene.namespace ? ` of ${scene.namespace}` : "") : "";
}

/** "query.approved" as "Approved", with the command it was about. */
function What({ event }: { event: AuditEvent }) {
  return (
    <>
      <span className={event.command ? "text-muted" : undefined}>{kindWords(event.kind)}</span>
      {event.command && <span className="mono ml-2">{event.command.replace(/^kubectl\s+/, "")}</span>}
      {!event.command && <span className="ml-2 text-muted">{sceneWords(event)}</span>}
    </>
  );
}

export function kindWords(kind: string): string {
  const [area = "", what = ""] = kind.split(".");
  const words = area === "query" ? what : `${area} ${what}`;
  const text = words.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TONES: [RegExp, Tone][] = [
  [/^(succeeded|ok|done|answered|approved)/i, "ok"],
  [/(partly|voided|expired|cancelled|unknown)/i, "warn"],
  [/(fail|forbidden|refused|denied|error)/i, "bad"],
];

export function OutcomeWord({ event }: { event: AuditEvent }) {
  if (!event.outcome) return <span className="text-faint">–</span>;
  const tone = TONES.find(([pattern]) => pattern.test(event.outcome ?? ""))?.[1] ?? "plain";
  return (
    <span className="inline-flex items-center gap-2">
      <Dot tone={tone} />
      {event.outcome.replaceAll("_", " ")}
    </span>
  );
}
