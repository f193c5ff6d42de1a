import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";

/** Has the server read and check the whole log; that itself is recorded. */
export function useVerifyLog() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/audit/verify")),
    onSuccess: () => client.invalidateQueries({ queryKey: ["audit"] }),
  });
}
