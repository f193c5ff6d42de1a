import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";

/** The newest queries of all conversations. */
export const newestOptions = queryOptions({
  queryKey: ["queries", "newest"] as const,
  queryFn: () => take(api.GET("/api/v1/queries", { params: { query: { limit: 30 } } })),
  // The WebSocket tells of changes; this is for when it is down.
  refetchInterval: 60_000,
});
