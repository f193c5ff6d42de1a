import { expect, it } from "vitest";
import { pieces } from "./understood";

it("cuts at byte offsets, also after letters of two bytes", () => {
  expect(pieces("für web bitte", [{ start: 5, end: 8, role: "name" }])).toEqual([
    { text: "für ", role: null },
    { text: "web", role: "name" },
    { text: " bitte", role: null },
  ]);
});

it("leaves out what overlaps or reaches beyond the end", () => {
  const spans = [
    { start: 0, end: 3, role: "verb" },
    { start: 2, end: 5, role: "name" },
    { start: 4, end: 99, role: "count" },
  ];
  expect(pieces("get pods", spans).map(({ text }) => text)).toEqual(["get", " pods"]);
});
