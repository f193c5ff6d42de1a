import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Query } from "@/api/types";
import { putQuery } from "./cache";

/** Stops what runs; what is done stays done. */
export function useCancel({ session, query }: Query) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/sessions/{session}/queries/{query}/cancel", {
          params: { path: { session, query } },
        }),
      ),
    onSuccess: (fresh) => putQuery(client, fresh),
  });
}
