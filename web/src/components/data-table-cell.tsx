import { clsx } from "clsx";
import type { ColumnKind } from "@/lib/sort-values";
import { Dot, type Tone } from "./badge";

const STATUS_COLUMN = /^(status|phase|state|type|condition)$/i;
const CODE_COLUMN = /^(name|namespace|image|images|selector|object|cluster-ip|external-ip)$/i;

const OK = /^(running|ready|active|bound|available|completed|complete|succeeded|true|normal|deployed)$/i;
const WAITING =
  /^(pending|containercreating|podinitializing|terminating|unknown|warning|released|init:.*|.*schedulingdisabled|suspended|progressing)$/i;
const BROKEN = /(backoff|error|failed|err|oom|evicted|notready|lost|invalid|deadline|false)/i;

export function statusTone(text: string): Tone | null {
  if (OK.test(text)) return "ok";
  if (WAITING.test(text)) return "warn";
  return BROKEN.test(text) ? "bad" : null;
}

interface Props {
  column: string;
  text: string;
  kind: ColumnKind;
  /** The cell is the button of its row. */
  opens?: boolean;
}

export function Cell({ column, text, kind, opens = false }: Props) {
  const tone = STATUS_COLUMN.test(column) ? statusTone(text) : null;
  const long = text.length > 60;
  return (
    <td
      title={long ? text : undefined}
      className={clsx(
        "h-[34px] max-w-[60ch] truncate border-b border-line2 px-4 py-0 whitespace-nowrap",
        kind !== "text" && "num",
        CODE_COLUMN.test(column) && "mono",
      )}
    >
      {opens ? (
        <button type="button" className="max-w-full truncate font-medium hover:text-primary">
          {text}
        </button>
      ) : tone ? (
        <span className="inline-flex items-center gap-2">
          <Dot tone={tone} />
          {text}
        </span>
      ) : (
        text
      )}
    </td>
  );
}
