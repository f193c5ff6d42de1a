import type { ReactNode } from "react";
import type { Query } from "@/api/types";
import { Badge } from "@/components/badge";
import { isInvestigation } from "@/lib/investigation";
import { isMoving, isOpen, stateWords } from "@/lib/states";
import { cards as words } from "@/messages/cards";
import { investigation as m } from "@/messages/investigation";
import { withoutProgram } from "../words";

function title(query: Query): string {
  if (query.explanation) return query.explanation;
  if (isInvestigation(query)) return isMoving(query.state) ? m.title : m.ended;
  if (query.state === "needs_clarification") return words.oneQuestionFirst;
  if (query.state === "refused") return words.kubechatWontDoThis;
  if (query.state === "answered") return "Answer";
  return query.command ? withoutProgram(query.command) : words.yourRequest;
}

function sub(query: Query): string | null {
  const steps = query.steps?.length ?? 0;
  if (steps > 1) return words.stepCount(steps);
  const rows = query.result?.rows.length ?? 0;
  if (rows > 0) return query.result?.truncated ? words.firstRows(rows) : words.rowCount(rows);
  return null;
}

interface Props {
  query: Query;
  headingId: string;
  badge: ReactNode;
}

export function CardHead({ query, headingId, badge }: Props) {
  const words = stateWords(query.state);
  const below = sub(query);
  const quiet = isOpen(query.state) || (query.state === "succeeded" && query.level === "safe");
  const twice = query.state === "refused" && query.level === "refused";
  return (
    <div className="flex items-start gap-x-3 gap-y-1.5 px-4 pt-3.5 pb-2.5 max-sm:flex-col max-sm:px-3 max-sm:pt-2.5 max-sm:pb-2">
      <div className="min-w-0 flex-1">
        <h2
          id={headingId}
          className="text-lg leading-snug font-semibold tracking-tight break-words max-sm:text-base"
        >
          {title(query)}
        </h2>
        {below && <p className="text-sm text-muted">{below}</p>}
      </div>
      <div className="flex shrink-0 flex-wrap gap-1.5">
        {!quiet && !twice && <Badge tone={words.tone}>{words.word}</Badge>}
        {badge}
      </div>
    </div>
  );
}
