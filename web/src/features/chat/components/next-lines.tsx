import type { Query } from "@/api/types";
import { cards as m } from "@/messages/cards";
import type { Say } from "../attachments";
import { didYouMean, suggestions } from "../suggest";
import { withoutProgram } from "../words";

interface Props {
  query: Query;
  onSay: Say;
}

const CHIP =
  "mono max-w-full truncate rounded-full border border-line bg-surface px-3 py-1 text-muted hover:border-primary hover:text-primary";

/** What one may want to ask next, as buttons; reads are answered at once, changes are previewed. */
export function NextLines({ query, onSay }: Props) {
  const near = didYouMean(query);
  const lines = suggestions(query);
  if (near.length + lines.length === 0) return null;
  return (
    <div role="group" aria-label={m.askNext} className="flex flex-wrap gap-2 pl-1">
      {near.map(({ name, line }) => (
        <button key={line} type="button" title={line} onClick={() => onSay(line)} className={CHIP}>
          {m.tryItWith(name)}
        </button>
      ))}
      {lines.map((line) => (
        <button key={line} type="button" title={line} onClick={() => onSay(line)} className={CHIP}>
          {withoutProgram(line)}
        </button>
      ))}
    </div>
  );
}
