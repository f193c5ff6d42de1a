import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { AnswerDraft, Look, Query } from "@/api/types";
import { isMoving } from "@/lib/states";
import { useUi } from "@/lib/ui-store";
import { queriesOptions } from "./api/get-queries";

/** The queries that an investigation has made, as they are now. */
export function useParts({ session, query }: Query): Query[] {
  const select = useCallback((list: Query[]) => list.filter(({ parent }) => parent === query), [query]);
  // Whoever shows the conversation has asked for the list already.
  return useQuery({ ...queriesOptions(session), enabled: false, select }).data ?? [];
}

const NONE: Look[] = [];

/** The answer as far as it is written; nothing once there is a checked one, or none will come. */
export function useWritten({ query, state }: Query): AnswerDraft | null {
  const written = useUi((ui) => ui.written[query]) ?? null;
  return state === "executing" ? written : null;
}

/** The steps so far: those that are kept, while it goes on also those that were told since, and what is running now. */
export function useLooks(inquiry: Query, parts: Query[]): Look[] {
  const told = useUi((ui) => ui.looks[inquiry.query]) ?? NONE;
  const kept = inquiry.investigation?.steps ?? [];
  if (kept.length > 0 && !isMoving(inquiry.state)) return kept;
  const last = kept.at(-1)?.number ?? 0;
  const steps = [...kept, ...told.filter(({ number }) => number > last)];
  const known = new Set(steps.map(({ query }) => query));
  const more = parts.filter(({ query, level }) => !known.has(query) && level === "safe");
  return [
    ...steps,
    ...more.map(({ query, command }, i) => ({
      number: steps.length + i + 1,
      query,
      command: command ?? "",
      problem: null,
    })),
  ];
}
