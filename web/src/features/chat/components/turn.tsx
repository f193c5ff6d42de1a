import type { Query } from "@/api/types";
import type { Say } from "../attachments";
import { Evidence } from "./evidence";
import { QueryCard } from "./query-card";
import { Said } from "./said";

interface Props {
  query: Query;
  onSay: Say;
}

/** What was said and what came of it. */
export function Turn({ query, onSay }: Props) {
  return (
    <div className="flex flex-col gap-5">
      {query.request && <Said words={query.request} spans={query.understood ?? []} />}
      <div className="flex flex-col gap-2.5">
        <QueryCard query={query} onSay={onSay} />
        <Evidence query={query} />
      </div>
    </div>
  );
}
