import { expect, it } from "vitest";
import type { Graph } from "@/api/types";
import { BOX, layout } from "./layout-graph";

const vertex = (kind: string, name: string) => ({
  object: { group: "", resource: "x", kind, namespace: "shop", name, uid: name, resource_version: null },
  state: "",
  good: true,
});

const graph: Graph = {
  objects: [
    vertex("Deployment", "web"),
    vertex("Pod", "web-2"),
    vertex("Pod", "web-1"),
    vertex("Service", "web"),
  ],
  edges: [
    { from: 0, to: 1, how: "owns" },
    { from: 3, to: 1, how: "selects" },
  ],
  more: 0,
};

it("puts owners left of the pods and services right of them, leaving out empty columns", () => {
  const { boxes, lines, width, height } = layout(graph);
  const x = (name: string, kind: string) =>
    boxes.find(({ vertex: { object } }) => object.name === name && object.kind === kind)?.x;
  expect([x("web", "Deployment"), x("web-1", "Pod"), x("web", "Service")]).toEqual([0, 220, 440]);
  expect(
    boxes
      .filter(({ vertex: { object } }) => object.kind === "Pod")
      .map(({ y }) => y)
      .sort((a, b) => a - b),
  ).toEqual([0, 64]);
  expect([lines.length, width, height]).toEqual([2, 3 * BOX.width + 2 * BOX.gapX, 2 * BOX.height + BOX.gapY]);
  expect(lines[1]?.path).toMatch(/^M396,/);
});
