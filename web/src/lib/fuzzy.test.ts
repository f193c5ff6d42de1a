import { expect, it } from "vitest";
import { best, score } from "./fuzzy";

it("prefers whole words to scattered letters, and leaves out what does not fit", () => {
  const names = ["Settings", "Set the namespace", "Audit"];
  expect(best("set", names, (name) => name, 5)).toEqual(["Settings", "Set the namespace"]);
  expect(best("sn", names, (name) => name, 1)).toEqual(["Set the namespace"]);
  expect(score("xyz", "Audit")).toBeNull();
  expect(best("", names, (name) => name, 2)).toHaveLength(2);
});
