import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { putSession } from "./cache";

export function useChangeSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ session, ...body }: { session: string; namespace?: string; title?: string }) =>
      take(api.PATCH("/api/v1/sessions/{session}", { params: { path: { session } }, body })),
    onSuccess: (session) => putSession(client, session),
  });
}
