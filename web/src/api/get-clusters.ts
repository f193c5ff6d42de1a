import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";
import { keys } from "./keys";

export const clustersOptions = queryOptions({
  queryKey: keys.clusters,
  queryFn: () => take(api.GET("/api/v1/clusters")),
  staleTime: 60_000,
});
