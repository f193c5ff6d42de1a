import { expect, it } from "vitest";
import type { Kind } from "@/api/types";
import { listed, rowObject } from "./listed";

const KINDS: Kind[] = [
  {
    group: "metrics.k8s.io",
    version: "v1",
    resource: "pods",
    kind: "PodMetrics",
    short_names: [],
    namespaced: true,
  },
  { group: "", version: "v1", resource: "pods", kind: "Pod", short_names: ["po"], namespaced: true },
  {
    group: "apps",
    version: "v1",
    resource: "deployments",
    kind: "Deployment",
    short_names: ["deploy"],
    namespaced: true,
  },
];

const of = (command: string, columns: string[], cells: unknown[]) => {
  const what = listed(command);
  return what ? (rowObject(what, columns, KINDS)?.(cells) ?? null) : null;
};

it("knows which object a row stands for", () => {
  expect(of("kubectl get po -n shop", ["NAME"], ["web-1"])).toMatchObject({
    kind: "Pod",
    namespace: "shop",
    name: "web-1",
  });
  expect(of("kubectl get deployments.apps -A", ["NAMESPACE", "NAME"], ["shop", "web"])).toMatchObject({
    group: "apps",
    namespace: "shop",
  });
  expect(of("kubectl get pods -n shop -o wide", ["NAME"], ["web-1"])).not.toBeNull();
});

it("does not guess", () => {
  expect(listed("kubectl get all -n shop")).toBeNull();
  expect(listed("kubectl get pods -n shop -o yaml")).toBeNull();
  expect(listed("kubectl describe pod x")).toBeNull();
  expect(of("kubectl get widgets -n shop", ["NAME"], ["x"])).toBeNull();
  expect(of("kubectl get pods", ["NAME"], ["x"])).toBeNull();
});
