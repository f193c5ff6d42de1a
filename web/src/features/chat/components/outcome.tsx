import { lazy, type ReactNode, Suspense } from "react";
import type { Permission, Query } from "@/api/types";
import { Button } from "@/components/button";
import { isInvestigation } from "@/lib/investigation";
import { isOpen } from "@/lib/states";
import { useUi } from "@/lib/ui-store";
import { cards as words } from "@/messages/cards";
import { investigation as m } from "@/messages/investigation";
import type { Say } from "../attachments";
import { right, withoutProgram } from "../words";
import { Diff } from "./diff";
import { ExplainError } from "./explain-error";
import { ResultView } from "./result-view";

const LogView = lazy(() => import("@/components/log-view"));

interface Props {
  query: Query;
  onSay: Say;
}

/** What came of it, in words first. */
export function Outcome({ query, onSay }: Props) {
  const { state, message, error, result } = query;
  const lines = useUi((ui) => ui.output[query.query]);
  const said = error?.message ?? message;
  return (
    <>
      {notice(query, said ?? null)}
      <ExplainError query={query} onSay={onSay} />
      {(query.choices ?? []).length > 0 && state === "needs_clarification" && (
        <Choices choices={query.choices} onSay={onSay} />
      )}
      {lines && (state === "executing" || !result) && (
        <Suspense fallback={null}>
          <LogView label={words.liveOutput} text={lines.join("\n")} follow={state === "executing"} />
        </Suspense>
      )}
      {result && (
        <ResultView
          result={result}
          label={words.resultOf(query.command ?? words.theRequest)}
          command={query.command}
        />
      )}
    </>
  );
}

/** What an investigation says itself of how it stands. */
const SAID_THERE = new Set(["executing", "succeeded", "cancelled"]);

function notice(query: Query, said: string | null): ReactNode {
  if (isInvestigation(query) && SAID_THERE.has(query.state)) return null;
  switch (query.state) {
    case "executing":
    case "approved":
      return <Line>{words.runningItIsRecorded(withoutProgram(query.command ?? ""))}</Line>;
    case "proposed":
      return <Line>{query.command ? words.askingTheServerWhat : m.reading}</Line>;
    case "succeeded":
    case "answered":
      return said && <Line plain>{said}</Line>;
    case "failed":
      return <Alert>{said ?? words.theClusterRefusedIt}</Alert>;
    case "partly_done":
      return <Alert tone="warn">{said ?? words.someOfItWas}</Alert>;
    case "outcome_unknown":
      return <Alert>{words.lookAtTheObjects(said ?? words.kubechatStoppedBetweenThe)}</Alert>;
    case "forbidden":
      return <Forbidden query={query} said={said} />;
    case "refused":
      return <Refused query={query} said={said} />;
    case "voided":
      return <Voided query={query} said={said} />;
    case "expired":
      return <Line>{said ?? words.nobodyApprovedItIn}</Line>;
    case "denied":
      return <Line>{said ?? words.youSaidNoNothing}</Line>;
    case "cancelled":
      return <Line>{said ?? words.cancelledWhatWasDone}</Line>;
    case "needs_clarification":
      return <Line plain>{said ?? words.whichOneDoYou}</Line>;
    default:
      return isOpen(query.state) && said ? <Line>{said}</Line> : null;
  }
}

function Line({ children, plain }: { children: ReactNode; plain?: boolean }) {
  return (
    <p className={`px-4 pb-3.5 break-words whitespace-pre-wrap ${plain ? "" : "text-muted"}`}>{children}</p>
  );
}

function Alert({ children, tone = "bad" }: { children: ReactNode; tone?: "bad" | "warn" }) {
  const look = tone === "bad" ? "bg-bad-soft text-bad" : "bg-warn-soft text-warn";
  return (
    <p className={`mx-4 mb-3.5 rounded-lg px-3 py-2 break-words whitespace-pre-wrap ${look}`}>{children}</p>
  );
}

function Forbidden({ query, said }: { query: Query; said: string | null }) {
  const missing = query.forbidden ?? [];
  const who = query.runs_as ?? words.you;
  return (
    <Alert>
      {missing.length > 0 ? words.personMayNot(who, missing.map(right).join(", nor ")) : said}
      {missing[0]?.reason && words.theServerSays(missing[0].reason)} {words.nothingWasRunAsk}
      {missing.map((one) => one.grant && <Grant key={right(one)} grant={one.grant} />)}
    </Alert>
  );
}

function Grant({ grant: { rule, roles, holders } }: { grant: NonNullable<Permission["grant"]> }) {
  return (
    <span className="mt-1.5 block">
      {rule}
      {roles.length > 0 && words.givenBy(roles.join(", "))}
      {holders && holders.length > 0 && words.heldBy(holders.join(", "))}
      {!holders && words.whoHasItIs}
    </span>
  );
}

function Refused({ query, said }: { query: Query; said: string | null }) {
  return (
    <Alert>
      {said ?? words.thisIsOutsideWhat}
      {(query.reasons ?? [])
        .filter(({ text }) => text !== said)
        .map(({ id, text }) => (
          <span key={id} className="block">
            {text}
          </span>
        ))}
    </Alert>
  );
}

function Voided({ query, said }: { query: Query; said: string | null }) {
  return (
    <>
      <Alert tone="warn">{said ?? words.whatYouApprovedChanged}</Alert>
      <Diff deltas={query.diff ?? []} title={words.asItWasPreviewed} />
    </>
  );
}

function Choices({ choices, onSay }: { choices: string[]; onSay: Say }) {
  return (
    <div role="group" aria-label={words.choices} className="flex flex-wrap gap-2 px-4 pb-3.5">
      {choices.map((choice) => (
        <Button key={choice} onClick={() => onSay(choice)} className="break-all">
          {choice}
        </Button>
      ))}
    </div>
  );
}
