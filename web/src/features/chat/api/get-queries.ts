import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { keys } from "@/api/keys";
import type { Query } from "@/api/types";
import { isMoving } from "@/lib/states";
import { keepNewer } from "./cache";

export const queriesOptions = (session: string) =>
  queryOptions({
    queryKey: keys.queries(session),
    queryFn: async ({ client, queryKey }) => {
      const list = await take(
        api.GET("/api/v1/sessions/{session}/queries", { params: { path: { session } } }),
      );
      // The WebSocket may have told more than this answer knows, which was made a moment ago.
      return keepNewer(list, client.getQueryData<Query[]>(queryKey) ?? []);
    },
    // The WebSocket tells; asking again is for when it is down while something runs.
    refetchInterval: (query) => (query.state.data?.some((one) => isMoving(one.state)) ? 3000 : false),
  });
