import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { modelsOptions } from "@/api/get-models";
import type { ModelsChange, ModelsSettings } from "@/api/types";

/** What is configured of the language models; for administrators. */
export const modelsSettingsOptions = queryOptions({
  queryKey: ["models", "settings"] as const,
  queryFn: () => take(api.GET("/api/v1/models/settings")) as Promise<ModelsSettings>,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Changes it, in the file and at once. */
export function useChangeModels() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ModelsChange) =>
      take(api.PUT("/api/v1/models/settings", { body })) as Promise<ModelsSettings>,
    onSuccess: async (kept) => {
      client.setQueryData(modelsSettingsOptions.queryKey, kept);
      await client.invalidateQueries({ queryKey: modelsOptions.queryKey, exact: true });
    },
  });
}
