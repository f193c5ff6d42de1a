import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { keys } from "@/api/keys";
import { isMoving } from "@/lib/states";

export const queriesOptions = (session: string) =>
  queryOptions({
    queryKey: keys.queries(session),
    queryFn: () => take(api.GET("/api/v1/sessions/{session}/queries", { params: { path: { session } } })),
    // The WebSocket tells; asking again is for when it is down while something runs.
    refetchInterval: (query) => (query.state.data?.some((one) => isMoving(one.state)) ? 3000 : false),
  });
