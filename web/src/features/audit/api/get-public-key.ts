import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

export const publicKeyOptions = queryOptions({
  queryKey: ["audit", "public-key"],
  queryFn: () => take(api.GET("/api/v1/audit/public-key")),
  staleTime: Number.POSITIVE_INFINITY,
});
