import { useMutation } from "@tanstack/react-query";
import { api, take } from "@/api/client";

export function useLogout() {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/auth/logout")),
    // A fresh page holds nothing of the person who left.
    onSuccess: () => location.assign("/login"),
  });
}
