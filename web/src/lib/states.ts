import { common as m } from "@/messages/common";
import type { Tone } from "./tone";

interface StateWords {
  /** What the badge says. */
  word: string;
  tone: Tone;
}

const STATES: Record<string, StateWords> = {
  proposed: { word: m.reading, tone: "info" },
  previewed: { word: m.previewed, tone: "info" },
  awaiting_approval: { word: m.stateWaits, tone: "info" },
  approved: { word: m.approved, tone: "info" },
  executing: { word: m.running, tone: "info" },
  succeeded: { word: m.done, tone: "ok" },
  partly_done: { word: m.partlyDone, tone: "warn" },
  failed: { word: m.failed, tone: "bad" },
  cancelled: { word: m.cancelled, tone: "plain" },
  answered: { word: m.answered, tone: "plain" },
  refused: { word: m.refused, tone: "bad" },
  forbidden: { word: m.notAllowed, tone: "bad" },
  denied: { word: m.notRun, tone: "plain" },
  voided: { word: m.void, tone: "warn" },
  expired: { word: m.expired, tone: "plain" },
  needs_clarification: { word: m.aQuestion, tone: "info" },
  outcome_unknown: { word: m.outcomeUnknown, tone: "bad" },
};

export function stateWords(state: string): StateWords {
  return STATES[state] ?? { word: state.replaceAll("_", " "), tone: "plain" };
}

/** A preview that waits for yes or no. */
export function isOpen(state: string): boolean {
  return state === "previewed" || state === "awaiting_approval";
}

/** Under way: the page has to look again. */
export function isMoving(state: string): boolean {
  return state === "proposed" || state === "approved" || state === "executing";
}

/** The person is asked for something, so the card takes the focus. */
export function wantsAnswer(state: string): boolean {
  return isOpen(state) || state === "needs_clarification";
}

/** Nothing ran, and the same thing can be previewed again. */
export function canPreviewAgain(state: string): boolean {
  return state === "voided" || state === "expired" || state === "denied" || state === "cancelled";
}

/** Something was changed that can be changed back. */
export function canUndo(state: string): boolean {
  return state === "succeeded" || state === "partly_done";
}

/** The call went out; what was previewed is history. */
export function hasRun(state: string): boolean {
  return (
    state === "succeeded" || state === "partly_done" || state === "failed" || state === "outcome_unknown"
  );
}
