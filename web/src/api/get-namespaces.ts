import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";
import { keys } from "./keys";

export const namespacesOptions = (cluster: string) =>
  queryOptions({
    queryKey: keys.namespaces(cluster),
    queryFn: () => take(api.GET("/api/v1/clusters/{cluster}/namespaces", { params: { path: { cluster } } })),
    staleTime: 30_000,
  });
