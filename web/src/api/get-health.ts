import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";
import { keys } from "./keys";

export const healthOptions = (cluster: string) =>
  queryOptions({
    queryKey: keys.health(cluster),
    queryFn: () => take(api.GET("/api/v1/clusters/{cluster}/health", { params: { path: { cluster } } })),
    // Changes arrive over the WebSocket; this is for when they don't.
    refetchInterval: 60_000,
  });
