import { describe, expect, it } from "vitest";
import { diffByObject, pathParts } from "./diff-lines";

const text = (deltas: Parameters<typeof diffByObject>[0]) =>
  diffByObject(deltas).map(({ lines }) =>
    lines.map(({ kind, text: line }) => `${{ same: " ", before: "-", after: "+" }[kind]}${line}`).join("\n"),
  );
const web = { object: "deployment.apps/web", namespace: "shop" };

describe("a difference", () => {
  it("reads as YAML with the path above it", () => {
    expect(text([{ ...web, path: "spec.replicas", before: 2, after: 5 }])).toEqual([
      " spec:\n-  replicas: 2\n+  replicas: 5",
    ]);
  });

  it("names list items and writes a shared path once", () => {
    const spec = "spec.template.spec.containers[name=web]";
    expect(
      text([
        { ...web, path: `${spec}.image`, before: "web:1", after: "web:2" },
        { ...web, path: `${spec}.resources`, before: null, after: { limits: { cpu: "1" } } },
      ]),
    ).toEqual([
      [
        " spec:",
        "   template:",
        "     spec:",
        "       containers:",
        "         - name: web",
        "-          image: web:1",
        "+          image: web:2",
        "+          resources:",
        "+            limits:",
        '+              cpu: "1"',
      ].join("\n"),
    ]);
  });

  it("keeps objects apart", () => {
    const api = { object: "deployment.apps/api", namespace: "shop" };
    const deltas = [web, api, web].map((one, i) => ({ ...one, path: `spec.f${i}`, before: 0, after: 1 }));
    expect(diffByObject(deltas).map(({ object }) => object)).toEqual([
      "deployment.apps/web",
      "deployment.apps/api",
    ]);
  });

  it("shows a new object whole and a removed one whole", () => {
    const [made] = diffByObject([
      { ...web, path: "", before: null, after: { kind: "Deployment", spec: { replicas: 1 } } },
    ]);
    expect(made?.lines.map(({ text: line }) => line)).toEqual(["kind: Deployment", "spec:", "  replicas: 1"]);
    const [gone] = diffByObject([{ ...web, path: "", before: { kind: "Deployment" }, after: null }]);
    expect(gone?.lines).toEqual([{ kind: "before", text: "kind: Deployment" }]);
  });

  it("quotes what YAML would read as something else", () => {
    expect(text([{ ...web, path: "data.a", before: "true", after: "12" }])).toEqual([
      ' data:\n-  a: "true"\n+  a: "12"',
    ]);
  });
});

describe("a path", () => {
  it("may hold dots in brackets", () => {
    expect(pathParts("metadata.annotations[kubectl.kubernetes.io/restartedAt]")).toEqual([
      "metadata",
      "annotations",
      "kubectl.kubernetes.io/restartedAt",
    ]);
    expect(pathParts('data["a.b"].c[0]')).toEqual(["data", "a.b", "c", "0"]);
  });
});
