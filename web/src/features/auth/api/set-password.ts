import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { meOptions } from "@/api/get-me";

export function useSetPassword(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => take(api.POST("/api/v1/auth/password", { body: { password } })),
    onSuccess: (me) => {
      client.setQueryData(meOptions.queryKey, me);
      onDone();
    },
  });
}
