import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";

export const meOptions = queryOptions({
  queryKey: ["me"],
  queryFn: () => take(api.GET("/api/v1/auth/me")),
  staleTime: Number.POSITIVE_INFINITY,
});
