import { describe, expect, it } from "vitest";
import { columnKind, compareKeys, sortKey } from "./sort-values";

function sorted(name: string, values: string[], direction: 1 | -1 = 1): string[] {
  const kind = columnKind(name, values);
  return values.toSorted((a, b) => compareKeys(sortKey(a, kind), sortKey(b, kind), direction));
}

describe("sorting a column", () => {
  it("knows ages", () => {
    expect(sorted("AGE", ["2d", "5h3m", "45s", "1y3d", "10m"])).toEqual(["45s", "10m", "5h3m", "2d", "1y3d"]);
  });
  it("knows quantities", () => {
    expect(sorted("MEMORY(bytes)", ["1Gi", "512Mi", "2000Ki"])).toEqual(["2000Ki", "512Mi", "1Gi"]);
    expect(sorted("CPU(cores)", ["1", "121m", "90m"])).toEqual(["90m", "121m", "1"]);
  });
  it("knows kubectl's restarts", () => {
    expect(sorted("RESTARTS", ["12 (3m ago)", "2", "0"])).toEqual(["0", "2", "12 (3m ago)"]);
  });
  it("counts numbers inside names", () => {
    expect(sorted("NAME", ["web-10", "web-9", "web-1"])).toEqual(["web-1", "web-9", "web-10"]);
  });
  it("puts what is empty last, both ways", () => {
    expect(sorted("NODE", ["<none>", "n2", "n1"])).toEqual(["n1", "n2", "<none>"]);
    expect(sorted("NODE", ["<none>", "n2", "n1"], -1)).toEqual(["n2", "n1", "<none>"]);
  });
});
