import { expect, it, vi } from "vitest";
import { type Request, views } from "./live-views";

const request = (name: string): Request => ({ scene: "lines", lines: [name], cluster: "c1" });
const row = (uid: string, status: string) => ({
  cells: [uid, status],
  object: {
    group: "",
    resource: "pods",
    kind: "Pod",
    namespace: "shop",
    name: uid,
    uid,
    resource_version: null,
  },
});

it("asks once for what several show, again when the line is back, and closes what nobody shows", () => {
  vi.useFakeTimers();
  const sent: string[] = [];
  const send = (message: object) => sent.push((message as { type: string }).type);
  // Rendered before the line is open: nothing is asked twice.
  views.of(request("a"));
  views.connect(send);
  const first = views.subscribe(request("a"), () => undefined);
  const second = views.subscribe(request("a"), () => undefined);
  expect(sent).toEqual(["watch"]);
  views.disconnect();
  views.connect(send);
  expect(sent).toEqual(["watch", "watch"]);
  first();
  second();
  vi.advanceTimersByTime(10_000);
  expect(sent).toEqual(["watch", "watch", "unwatch"]);
  views.disconnect();
  vi.useRealTimers();
});

it("keeps rows by their objects, in the order in which they came", () => {
  const stop = views.subscribe(request("b"), () => undefined);
  const open = views.of(request("b"));
  const tell = (rows: object[], gone: string[] = []) =>
    views.receive({
      view: open.id,
      change: { told: "rows", line: 0, columns: ["NAME", "STATUS"], rows, gone },
    });
  tell([row("x", "Pending"), row("y", "Running")]);
  const unchanged = open.shown.tables.get(0)?.rows[1];
  tell([row("x", "Running"), row("z", "Running")], []);
  expect(open.shown.tables.get(0)?.rows.map(({ cells }) => cells)).toEqual([
    ["x", "Running"],
    ["y", "Running"],
    ["z", "Running"],
  ]);
  // What has not changed is the same object, so nothing of it is made anew.
  expect(open.shown.tables.get(0)?.rows[1]).toBe(unchanged);
  tell([], ["x"]);
  expect(open.shown.tables.get(0)?.rows).toHaveLength(2);
  expect(views.receive({ query: "q", chunk: {} })).toBe(false);
  stop();
});
