import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Query } from "@/api/types";
import { useUi } from "@/lib/ui-store";
import { putQuery } from "./cache";

export function useDeny({ session, query }: Query) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      take(
        api.POST("/api/v1/sessions/{session}/queries/{query}/deny", {
          params: { path: { session, query } },
          body: { reason },
        }),
      ),
    onSuccess: (fresh) => {
      putQuery(client, fresh);
      useUi.getState().setFocusCard(query);
    },
  });
}
