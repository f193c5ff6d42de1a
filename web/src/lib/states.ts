import type { Tone } from "./tone";

interface StateWords {
  /** What the badge says. */
  word: string;
  tone: Tone;
}

const STATES: Record<string, StateWords> = {
  proposed: { word: "Reading", tone: "info" },
  previewed: { word: "Previewed", tone: "info" },
  awaiting_approval: { word: "Waits for you", tone: "info" },
  approved: { word: "Approved", tone: "info" },
  executing: { word: "Running", tone: "info" },
  succeeded: { word: "Done", tone: "ok" },
  partly_done: { word: "Partly done", tone: "warn" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "plain" },
  answered: { word: "Answered", tone: "plain" },
  refused: { word: "Refused", tone: "bad" },
  forbidden: { word: "Not allowed", tone: "bad" },
  denied: { word: "Not run", tone: "plain" },
  voided: { word: "Void", tone: "warn" },
  expired: { word: "Expired", tone: "plain" },
  needs_clarification: { word: "A question", tone: "info" },
  outcome_unknown: { word: "Outcome unknown", tone: "bad" },
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
