import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { keys } from "@/api/keys";
import type { Query } from "@/api/types";
import { useUi } from "@/lib/ui-store";
import { spoken } from "../announce";
import { putQuery } from "./cache";

/** Approves exactly what the card shows: the hash goes with it. */
export function useApprove({ session, query, approval_hash }: Query) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (confirm: string | null) =>
      take(
        api.POST("/api/v1/sessions/{session}/queries/{query}/approve", {
          params: { path: { session, query } },
          body: confirm === null ? { hash: approval_hash ?? "" } : { hash: approval_hash ?? "", confirm },
        }),
      ),
    onSuccess: (fresh) => {
      putQuery(client, fresh);
      useUi.getState().announce(spoken(fresh));
      // The button that had the focus is gone.
      useUi.getState().setFocusCard(query);
    },
    // A refusal has moved the query too: voided, expired.
    onError: () => client.invalidateQueries({ queryKey: keys.queries(session) }),
  });
}
