import { useEffect } from "react";
import type { Query } from "@/api/types";
import { useRefetchQuery } from "./api/get-query";

const LOOKS_AFTER = [1500, 4000, 10_000, 20_000];
const RECENT = 60_000;

/** A change that was just accepted goes on in the cluster (a rollout): its result is read again a few times. */
export function useFollow(query: Query): void {
  const refetch = useRefetchQuery(query);
  const { state, updated_at } = query;
  useEffect(() => {
    if (state !== "succeeded" || Date.now() - Date.parse(updated_at) > RECENT) return;
    const timers = LOOKS_AFTER.map((delay) => setTimeout(() => void refetch().catch(() => undefined), delay));
    return () => timers.forEach(clearTimeout);
  }, [state, updated_at, refetch]);
}
