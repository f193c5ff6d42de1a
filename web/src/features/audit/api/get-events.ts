import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { type AuditFilter, toQuery } from "../filter";

const PAGE = 50;

export const eventsOptions = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", "events", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/api/v1/audit/events", {
          params: {
            query: {
              ...toQuery(filter),
              limit: PAGE,
              ...(pageParam === undefined ? {} : { before: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: ({ events }) => {
      const oldest = events.length > 0 ? Math.min(...events.map((event) => event.index)) : 0;
      return oldest > 0 && events.length >= PAGE ? oldest : undefined;
    },
  });
