import type { Query } from "@/api/types";
import { investigation as m } from "@/messages/investigation";
import type { Say } from "../attachments";
import { useParts } from "../investigation";
import { Evidence } from "./evidence";
import { QueryCard } from "./query-card";

/** The changes that an investigation proposes, each a preview like any other. */
export function Proposed({ query, onSay }: { query: Query; onSay: Say }) {
  const parts = useParts(query);
  const fixes = query.investigation?.fixes ?? [];
  const made = fixes.flatMap((fix) => parts.find((part) => part.query === fix.query) ?? []);
  return made.map((part, i) => (
    <section key={part.query} aria-label={m.fix(i + 1)} className="flex flex-col gap-2.5 pl-6 max-sm:pl-0">
      <QueryCard query={part} onSay={onSay} />
      <Evidence query={part} />
    </section>
  ));
}
