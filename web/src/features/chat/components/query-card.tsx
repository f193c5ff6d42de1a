import { clsx } from "clsx";
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import type { Query } from "@/api/types";
import { LevelBadge } from "@/components/level-badge";
import { isInvestigation } from "@/lib/investigation";
import { hasRun, isMoving, isOpen } from "@/lib/states";
import { useUi } from "@/lib/ui-store";
import { cards as words } from "@/messages/cards";
import { investigation as m } from "@/messages/investigation";
import type { Say } from "../attachments";
import { ActionBar } from "./action-bar";
import { CardHead } from "./card-head";
import { CommandLine } from "./command-line";
import { Diff } from "./diff";
import { Facts } from "./facts";
import { Investigation } from "./investigation";
import { Outcome } from "./outcome";
import { Steps } from "./steps";
import { WhatWasSent } from "./what-was-sent";

interface Props {
  query: Query;
  onSay: Say;
}

const EDGES: Record<string, string> = { warning: "border-warn-line", dangerous: "border-bad-line" };

/** One query from preview to outcome; its parts always in this order. */
export function QueryCard({ query, onSay }: Props) {
  const { state, command, level } = query;
  const heading = useId();
  const card = useRef<HTMLElement>(null);
  const open = isOpen(state);
  const ran = hasRun(state);
  useFocusWhenAsked(card, query.query);

  // Letters work on the card alone, never while typing, and none of them runs anything.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== card.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const role = KEYS[event.key.toLowerCase()];
    const target = role && card.current?.querySelector<HTMLElement>(`[data-key="${role}"]`);
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (role !== "approve") target.click();
  };
  const detail = (
    <>
      <Facts query={query} />
      <Diff deltas={query.diff ?? []} />
    </>
  );
  return (
    <article
      ref={card}
      tabIndex={-1}
      aria-labelledby={heading}
      data-state={state}
      data-query={query.query}
      onKeyDown={onKeyDown}
      className={clsx(
        "overflow-hidden rounded-card border bg-surface shadow-card",
        (open && level && EDGES[level]) || "border-line",
      )}
    >
      {isMoving(state) && <div className="running-bar" aria-hidden="true" />}
      <CardHead query={query} headingId={heading} badge={<LevelBadge level={level} />} />
      {command && <CommandLine command={command} />}
      {query.where && (
        <p className="mx-4 mb-3.5 text-sm text-muted">
          {words.onlyWhere} <code className="mono">{query.where}</code>
        </p>
      )}
      {!ran && command && state !== "refused" && state !== "voided" && detail}
      <Steps steps={query.steps ?? []} />
      <Outcome query={query} onSay={onSay} />
      {isInvestigation(query) && <Investigation query={query} />}
      {ran && level && level !== "safe" && <WhatWasPreviewed>{detail}</WhatWasPreviewed>}
      <NoModel query={query} />
      <WhatWasSent query={query} />
      <ActionBar query={query} onSay={onSay} />
    </article>
  );
}

const KEYS: Record<string, string> = { a: "approve", c: "cancel", e: "edit" };

function useFocusWhenAsked(card: React.RefObject<HTMLElement | null>, id: string) {
  const wanted = useUi((ui) => ui.focusCard === id);
  const setFocusCard = useUi((ui) => ui.setFocusCard);
  useEffect(() => {
    if (!wanted || !card.current) return;
    card.current.focus({ preventScroll: true });
    card.current.scrollIntoView({ block: "nearest" });
    setFocusCard(null);
  }, [wanted, card, setFocusCard]);
}

/** Why models that were asked gave no answer, where another one or the built-in engine did. */
function NoModel({ query: { models_failed, state } }: { query: Query }) {
  if (!models_failed || models_failed.length === 0 || state === "executing") return null;
  return (
    <details className="border-t border-line2">
      <summary className="px-4 py-2.5 text-sm text-warn">{m.noModel}</summary>
      {[...new Set(models_failed)].map((text) => (
        <p key={text} className="px-4 pb-2.5 text-sm break-words text-muted">
          {text}
        </p>
      ))}
    </details>
  );
}

function WhatWasPreviewed({ children }: { children: React.ReactNode }) {
  return (
    <details className="border-t border-line2">
      <summary className="px-4 py-2.5 text-sm text-muted hover:text-text">{words.whatWasPreviewed}</summary>
      {children}
    </details>
  );
}
