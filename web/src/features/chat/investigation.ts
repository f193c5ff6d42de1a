import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Look, Query } from "@/api/types";
import { useUi } from "@/lib/ui-store";
import { queriesOptions } from "./api/get-queries";

/** The queries that an investigation has made, as they are now. */
export function useParts({ session, query }: Query): Query[] {
  const select = useCallback((list: Query[]) => list.filter(({ parent }) => parent === query), [query]);
  // Whoever shows the conversation has asked for the list already.
  return useQuery({ ...queriesOptions(session), enabled: false, select }).data ?? [];
}

const NONE: Look[] = [];

/** The steps so far: as the end says them, before that as they were told, and what is running now. */
export function useLooks(inquiry: Query, parts: Query[]): Look[] {
  const told = useUi((ui) => ui.looks[inquiry.query]) ?? NONE;
  const ended = inquiry.investigation?.steps ?? [];
  if (ended.length > 0) return ended;
  const known = new Set(told.map(({ query }) => query));
  const more = parts.filter(({ query, level }) => !known.has(query) && level === "safe");
  return [
    ...told,
    ...more.map(({ query, command }, i) => ({
      number: told.length + i + 1,
      query,
      command: command ?? "",
      problem: null,
    })),
  ];
}
