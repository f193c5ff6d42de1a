import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

export const proofOptions = (index: number) =>
  queryOptions({
    queryKey: ["audit", "proof", index],
    queryFn: () => take(api.GET("/api/v1/audit/proof/{index}", { params: { path: { index } } })),
    staleTime: 0,
    gcTime: 0,
  });
