import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

/** The models that a configured server has. */
export const servedOptions = (provider: string) =>
  queryOptions({
    queryKey: ["models", provider, "served"] as const,
    queryFn: () => take(api.GET("/api/v1/models/{provider}/served", { params: { path: { provider } } })),
    staleTime: 60_000,
  });
