import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, take } from "@/api/client";
import type { Query } from "@/api/types";
import { putQuery } from "./cache";

export function useRefetchQuery({ session, query }: Query) {
  const client = useQueryClient();
  return useCallback(async () => {
    const path = { session, query };
    putQuery(client, await take(api.GET("/api/v1/sessions/{session}/queries/{query}", { params: { path } })));
  }, [client, session, query]);
}
