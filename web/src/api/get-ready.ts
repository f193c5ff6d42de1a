import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { unreachable } from "./errors";
import type { Readiness } from "./types";

/** Whether the server can serve. A server that says no is an answer, not an error. */
export const readyOptions = queryOptions({
  queryKey: ["ready"] as const,
  queryFn: async (): Promise<Readiness> => {
    const { data, error } = await api.GET("/api/v1/health/ready").catch(() => {
      throw unreachable();
    });
    return (data ?? error) as Readiness;
  },
  staleTime: 10_000,
});
