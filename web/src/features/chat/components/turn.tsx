import type { Query } from "@/api/types";
import type { Say } from "../attachments";
import { Evidence } from "./evidence";
import { NextLines } from "./next-lines";
import { Proposed } from "./proposed";
import { QueryCard } from "./query-card";
import { Said } from "./said";

interface Props {
  query: Query;
  onSay: Say;
  /** The newest of the conversation: only there the next step is offered. */
  last: boolean;
}

/** What was said and what came of it. */
export function Turn({ query, onSay, last }: Props) {
  return (
    <div className="flex flex-col gap-5">
      {query.request && <Said words={query.request} spans={query.understood ?? []} />}
      <div className="flex flex-col gap-2.5">
        <QueryCard query={query} onSay={onSay} />
        <Evidence query={query} />
        <Proposed query={query} onSay={onSay} />
        {last && <NextLines query={query} onSay={onSay} />}
      </div>
    </div>
  );
}
