import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

/** One record by its index, wherever the list stands. */
export const eventOptions = (index: number) =>
  queryOptions({
    queryKey: ["audit", "event", index],
    queryFn: async () => {
      const page = await take(
        api.GET("/api/v1/audit/events", { params: { query: { before: index + 1, limit: 1 } } }),
      );
      return page.events.find((event) => event.index === index) ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
