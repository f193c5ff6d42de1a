import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { meOptions } from "@/api/get-me";

export function useLogin(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { username: string; password: string }) =>
      take(api.POST("/api/v1/auth/login", { body })),
    onSuccess: (me) => {
      client.setQueryData(meOptions.queryKey, me);
      onDone();
    },
  });
}
