import type { Query } from "@/api/types";
import { cards as m } from "@/messages/cards";
import type { Say } from "../attachments";
import { explain } from "../explain";
import { withoutProgram } from "../words";

/** What an error means, what is usually behind it and where to look. Known here: no model is asked. */
export function ExplainError({ query, onSay }: { query: Query; onSay: Say }) {
  const known = explain(query);
  if (!known) return null;
  return (
    <details className="mx-4 mb-3.5 -mt-1.5">
      <summary className="w-fit font-medium text-primary">{m.explainThis}</summary>
      <p className="mt-1.5">{known.means}</p>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {known.why.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {known.look.length > 0 && (
        <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1">
          {known.look.map((line) => (
            <button
              key={line}
              type="button"
              onClick={() => onSay(line)}
              className="mono text-primary hover:underline"
            >
              {withoutProgram(line)}
            </button>
          ))}
        </p>
      )}
    </details>
  );
}
