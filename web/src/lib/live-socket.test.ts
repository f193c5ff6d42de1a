import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { backoff, openLive } from "./live-socket";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: string }) => void;
  constructor() {
    FakeSocket.all.push(this);
  }
  close() {
    this.onclose?.();
  }
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => vi.useRealTimers());

it("waits longer each time, never more than a quarter of a minute", () => {
  expect([0, 1, 2, 3].map((n) => backoff(n, 0))).toEqual([500, 1000, 2000, 4000]);
  expect(backoff(30, 0)).toBe(15_000);
  expect(backoff(30, 1)).toBe(10_000);
});

it("comes back, says so, and asks for what was missed", () => {
  const states: string[] = [];
  const messages: string[] = [];
  const onResume = vi.fn();
  const live = openLive("ws://x", {
    onState: (state) => states.push(state),
    onMessage: ({ type }) => messages.push(type),
    onResume,
  });
  FakeSocket.all[0]?.onopen?.();
  FakeSocket.all[0]?.onmessage?.({ data: '{"type":"output","payload":{}}' });
  FakeSocket.all[0]?.onmessage?.({ data: "not json" });
  FakeSocket.all[0]?.onclose?.();
  vi.advanceTimersByTime(500);
  FakeSocket.all[1]?.onopen?.();
  expect(states).toEqual(["connecting", "live", "waiting", "waiting", "live"]);
  expect(messages).toEqual(["output"]);
  expect(onResume).toHaveBeenCalledTimes(1);
  live.close();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(2);
  expect(states.at(-1)).toBe("off");
});
