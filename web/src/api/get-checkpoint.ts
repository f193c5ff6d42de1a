import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";

export const checkpointOptions = queryOptions({
  queryKey: ["audit", "checkpoint"],
  queryFn: () => take(api.GET("/api/v1/audit/checkpoint")),
});
