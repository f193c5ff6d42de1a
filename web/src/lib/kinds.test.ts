import { expect, it } from "vitest";
import type { Kind } from "@/api/types";
import { grouped, kindTitle } from "./kinds";

const kind = (name: string, resource: string, group = ""): Kind => ({
  kind: name,
  resource,
  group,
  version: "v1",
  short_names: [],
  namespaced: true,
});

it("puts known kinds into their groups and custom ones into one of their own", () => {
  const groups = grouped([
    kind("Widget", "widgets", "example.com"),
    kind("Lease", "leases", "coordination.k8s.io"),
    kind("Pod", "pods"),
    kind("Service", "services"),
  ]);
  expect(groups.map(({ title, kinds }) => [title, ...kinds.map((one) => one.kind)])).toEqual([
    ["Workloads", "Pod"],
    ["Network", "Service"],
    ["Custom", "Widget"],
    ["Other", "Lease"],
  ]);
});

it("says kinds in the plural", () => {
  expect(
    ["Pod", "NetworkPolicy", "Ingress", "Endpoints", "PersistentVolumeClaim", "StorageClass"].map((name) =>
      kindTitle({ kind: name }),
    ),
  ).toEqual([
    "Pods",
    "Network policies",
    "Ingresses",
    "Endpoints",
    "Persistent volume claims",
    "Storage classes",
  ]);
});
