import { expect, it } from "vitest";
import { foldable, hiddenBy } from "./fold";

const YAML = [
  "kind: Pod",
  "spec:",
  "  containers:",
  "  - name: web",
  "    image: a",
  "  nodeName: n1",
  "status:",
  "  phase: Running",
];

it("finds what is indented below a line, lists at the key's own depth too", () => {
  expect([...foldable(YAML)]).toEqual([
    [1, 5],
    [2, 4],
    [6, 7],
  ]);
  expect([...foldable(["{", '    "a": {', '        "b": 1', "    }", "}"])]).toEqual([
    [0, 3],
    [1, 2],
  ]);
});

it("hides what closed lines hold", () => {
  expect([...hiddenBy(new Set([2]), foldable(YAML))]).toEqual([3, 4]);
});
