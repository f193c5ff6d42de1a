import { queryOptions } from "@tanstack/react-query";
import { api, take } from "./client";
import { keys } from "./keys";

export const sessionsOptions = queryOptions({
  queryKey: keys.sessions,
  queryFn: () => take(api.GET("/api/v1/sessions")),
});
