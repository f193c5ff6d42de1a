import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";

/** The language models and how they do; asked again while a page shows them. */
export const modelsOptions = queryOptions({
  queryKey: ["models"] as const,
  queryFn: () => take(api.GET("/api/v1/models")),
  staleTime: 10_000,
  refetchInterval: 30_000,
});
