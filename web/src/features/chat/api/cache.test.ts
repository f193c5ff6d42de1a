import { expect, it } from "vitest";
import { query } from "@/test/fixtures";
import { keepNewer, mergeQuery } from "./cache";

it("replaces a query, but never by an older self", () => {
  const old = query({ state: "succeeded", updated_at: "2026-01-02T00:00:00Z" });
  const late = query({ state: "executing", updated_at: "2026-01-01T00:00:00Z" });
  const next = query({ state: "failed", updated_at: "2026-01-03T00:00:00Z" });
  expect(mergeQuery([old], late)).toEqual([old]);
  expect(mergeQuery([old], next)).toEqual([next]);
});

it("finds the step inside its query", () => {
  const step = query({ query: "step", state: "previewed" });
  const [merged, ...rest] = mergeQuery([query({ steps: [step] })], { ...step, state: "succeeded" });
  expect(rest).toEqual([]);
  expect(merged?.steps[0]?.state).toBe("succeeded");
});

it("puts a new one at its time", () => {
  const first = query({ query: "a", created_at: "2026-01-01T00:00:01Z" });
  const last = query({ query: "c", created_at: "2026-01-01T00:00:03Z" });
  const between = query({ query: "b", created_at: "2026-01-01T00:00:02Z" });
  expect(mergeQuery([first, last], between).map((one) => one.query)).toEqual(["a", "b", "c"]);
});

it("keeps what came in while a list was read", () => {
  const old = query({ query: "a", updated_at: "2026-01-01T00:00:01Z" });
  const newer = query({ query: "a", state: "succeeded", updated_at: "2026-01-01T00:00:05Z" });
  const late = query({ query: "b", created_at: "2026-01-01T11:00:00Z" });
  expect(keepNewer([old], [newer, late])).toEqual([newer, late]);
  expect(keepNewer([newer], [old])).toEqual([newer]);
});
