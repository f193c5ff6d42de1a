import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Query } from "@/api/types";

/** What was sent to models for a query, and what came back. What was said once does not change; more may come. */
export const exchangesOptions = ({ session, query, models }: Query) =>
  queryOptions({
    queryKey: ["sessions", session, "exchanges", query, models?.length ?? 0] as const,
    queryFn: () =>
      take(
        api.GET("/api/v1/sessions/{session}/queries/{query}/exchanges", {
          params: { path: { session, query } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
