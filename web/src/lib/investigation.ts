import type { Query } from "@/api/types";

/** A question that is looked into: it has no command of its own, its reads and proposals are queries below it. */
export function isInvestigation({ investigation, state, command, steps }: Query): boolean {
  return Boolean(investigation) || (state === "executing" && !command && (steps ?? []).length === 0);
}

/** What stands by itself: what belongs to an investigation stands with it. */
export function turns(list: Query[]): Query[] {
  const inquiries = new Set(list.filter(isInvestigation).map(({ query }) => query));
  return list.filter(({ parent }) => !parent || !inquiries.has(parent));
}
