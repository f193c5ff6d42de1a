import { expect, it } from "vitest";
import { age, ago, older } from "./age";

it("says an age as kubectl does", () => {
  expect([5, 119, 332, 3600, 10_860, 90_000, 200_000, 864_000].map(age)).toEqual([
    "5s",
    "119s",
    "5m32s",
    "60m",
    "3h1m",
    "25h",
    "2d7h",
    "10d",
  ]);
});

it("lets an age that was read go on, and leaves other words alone", () => {
  expect(older("59s", 2)).toBe("61s");
  expect(older("5m32s", 60)).toBe("6m32s");
  expect(older("<unknown>", 60)).toBe("<unknown>");
  expect(older("5m", 0)).toBe("5m");
});

it("says how long ago in words", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  expect(ago("2026-01-02T11:59:58Z", now)).toBe("just now");
  expect(ago("2026-01-02T11:57:00Z", now)).toBe("3 min ago");
  expect(ago("2026-01-01T11:00:00Z", now)).toBe("yesterday");
});
