import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { meOptions } from "@/api/get-me";

export function useLoginOnce() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => take(api.POST("/api/v1/auth/one-time", { body: { code } })),
    onSuccess: (me) => client.setQueryData(meOptions.queryKey, me),
  });
}
