import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "@/api/keys";
import type { AnswerDraft, Look, Query, Session } from "@/api/types";
import { putQuery, putSession } from "@/features/chat/api/cache";
import { cellText } from "@/lib/format";
import { type LiveMessage, openLive } from "@/lib/live-socket";
import { views } from "@/lib/live-views";
import { useUi } from "@/lib/ui-store";

/** What the server tells goes into the same cache that reads fill. */
export function useLive(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const url = `${location.origin.replace(/^http/, "ws")}/api/v1/ws`;
    const live = openLive(url, {
      onMessage: (message) => receive(client, message),
      onState: (state) => useUi.getState().setConnection(state),
      onOpen: () => views.connect(live.send),
      onResume: () => void client.invalidateQueries(),
    });
    return () => {
      views.disconnect();
      live.close();
    };
  }, [client, enabled]);
}

function isQuery(payload: unknown): payload is Query {
  const query = payload as Partial<Query> | null;
  return (
    typeof query?.query === "string" && typeof query.session === "string" && typeof query.state === "string"
  );
}

export function receive(client: QueryClient, { type, payload }: LiveMessage): void {
  if (views.receive(payload)) return;
  if (type === "output") receiveOutput(payload);
  else if (type === "session_updated") receiveSession(client, payload);
  else if (type === "cluster_health") receiveHealth(client, payload);
  else if (isQuery(payload)) putQuery(client, payload);
}

interface Output {
  query: string;
  /** A step of an investigation, its answer so far, or what a command prints while it runs. */
  chunk: { step?: Look; draft?: AnswerDraft | null; lines?: string[]; rows?: unknown[][] };
}

function receiveOutput(payload: unknown): void {
  const { query, chunk } = payload as Output;
  if (chunk.step) {
    useUi.getState().addLook(query, chunk.step);
    return;
  }
  if (chunk.draft !== undefined) {
    useUi.getState().setWritten(query, chunk.draft);
    return;
  }
  const lines = chunk.lines ?? chunk.rows?.map((row) => row.map(cellText).join("  ")) ?? [];
  useUi.getState().addOutput(query, lines);
}

function receiveSession(client: QueryClient, payload: unknown): void {
  const { session } = payload as { session?: Session | string };
  // What is not understood must not reach the cache: every screen reads from there.
  if (session === undefined) return;
  if (typeof session !== "string") {
    putSession(client, session);
    return;
  }
  void client.invalidateQueries({ queryKey: keys.sessions, exact: true });
  void client.invalidateQueries({ queryKey: keys.queries(session) });
}

function receiveHealth(client: QueryClient, payload: unknown): void {
  const { cluster } = payload as { cluster: string };
  client.setQueryData(keys.health(cluster), (old: object | undefined) => ({
    ...old,
    ...(payload as object),
  }));
}
