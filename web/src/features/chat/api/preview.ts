import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { Query } from "@/api/types";
import { useUi } from "@/lib/ui-store";
import { spoken } from "../announce";
import { putQuery } from "./cache";

/** A new preview is a new query; it takes the focus. */
export function usePreview({ session, query }: Query) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/sessions/{session}/queries/{query}/preview", {
          params: { path: { session, query } },
        }),
      ),
    onSuccess: (fresh) => {
      putQuery(client, fresh);
      useUi.getState().setFocusCard(fresh.query);
      useUi.getState().announce(spoken(fresh));
    },
  });
}
