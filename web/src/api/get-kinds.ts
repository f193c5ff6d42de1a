import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";

/** The kinds that the cluster serves, custom ones too. */
export const kindsOptions = (cluster: string) =>
  queryOptions({
    queryKey: ["clusters", cluster, "kinds"] as const,
    queryFn: () => take(api.GET("/api/v1/clusters/{cluster}/kinds", { params: { path: { cluster } } })),
    staleTime: 300_000,
  });
