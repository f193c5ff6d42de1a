import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Query, Session } from "@/api/types";

/** Puts a query where it belongs: in place of its older self, as a step of another, or at the end. */
export function mergeQuery(list: Query[], fresh: Query): Query[] {
  let found = false;
  const merged = list.map((old) => {
    if (old.query === fresh.query) {
      found = true;
      return old.updated_at > fresh.updated_at ? old : fresh;
    }
    const step = (old.steps ?? []).some((one) => one.query === fresh.query);
    if (!step) return old;
    found = true;
    return { ...old, steps: old.steps.map((one) => (one.query === fresh.query ? fresh : one)) };
  });
  if (found) return merged;
  return [...list, fresh].sort((a, b) => a.created_at.localeCompare(b.created_at));
}

/** A list as it was read, with what came in meanwhile and is newer than anything in it. Queries are never deleted. */
export function keepNewer(list: Query[], known: Query[]): Query[] {
  return known.reduce(mergeQuery, list);
}

export function putQuery(client: QueryClient, fresh: Query): void {
  client.setQueryData<Query[]>(keys.queries(fresh.session), (list) => list && mergeQuery(list, fresh));
}

export function putSession(client: QueryClient, fresh: Session): void {
  client.setQueryData<Session[]>(keys.sessions, (list) => {
    if (!list) return list;
    const rest = list.filter((one) => one.id !== fresh.id);
    return [fresh, ...rest].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  });
}
