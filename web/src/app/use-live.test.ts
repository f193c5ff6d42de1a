import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { keys } from "@/api/keys";
import { useUi } from "@/lib/ui-store";
import { query } from "@/test/fixtures";
import { receive } from "./use-live";

it("writes what is told into what was read", () => {
  const client = new QueryClient();
  client.setQueryData(keys.queries("s1"), [query()]);
  receive(client, {
    type: "command_executed",
    payload: query({ state: "succeeded", updated_at: "2027-01-01T00:00:00Z" }),
  });
  receive(client, { type: "cluster_health", payload: { cluster: "c1", ready: false, message: "no answer" } });
  expect(client.getQueryData(keys.queries("s1"))).toMatchObject([{ query: "q1", state: "succeeded" }]);
  expect(client.getQueryData(keys.health("c1"))).toMatchObject({ ready: false });
});

it("appends live output, lines and rows alike", () => {
  const client = new QueryClient();
  receive(client, { type: "output", payload: { query: "q1", seq: 0, chunk: { lines: ["a", "b"] } } });
  receive(client, {
    type: "output",
    payload: { query: "q1", seq: 1, chunk: { columns: ["NAME", "N"], rows: [["web", 1]] } },
  });
  expect(useUi.getState().output.q1).toEqual(["a", "b", "web  1"]);
});

it("keeps the last of what is told of an answer that is being written", () => {
  const client = new QueryClient();
  const tell = (seq: number, draft: object | null) =>
    receive(client, { type: "output", payload: { query: "q2", seq, chunk: { draft } } });
  tell(0, { message: "It", claims: [] });
  tell(1, { message: "It is so.", claims: ["So"] });
  expect(useUi.getState().written.q2).toEqual({ message: "It is so.", claims: ["So"] });
  tell(2, null);
  expect(useUi.getState().written.q2).toBeNull();
  expect(useUi.getState().output.q2).toBeUndefined();
});

it("leaves alone what it does not know", () => {
  receive(new QueryClient(), { type: "presence", payload: { who: "lee" } });
  receive(new QueryClient(), { type: "error", payload: null });
  const client = new QueryClient();
  client.setQueryData(keys.sessions, []);
  receive(client, { type: "session_updated", payload: { id: "s1" } });
  expect(client.getQueryData(keys.sessions)).toEqual([]);
});
