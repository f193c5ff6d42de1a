import type { Kind, Target } from "@/api/types";

/** `deployments.apps`, or `pods` for the core group. */
export function qualified(resource: string, group: string): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** Where the monitor lists a kind. */
export function kindAddress(
  { resource, group }: Pick<Kind, "resource" | "group">,
  namespace?: string,
): string {
  const place = namespace ? `?namespace=${encodeURIComponent(namespace)}` : "";
  return `/monitor/kinds/${qualified(resource, group)}${place}`;
}

/** Where the monitor shows one object; "-" stands for no namespace. */
export function objectAddress(
  target: Pick<Target, "resource" | "group" | "kind" | "namespace" | "name">,
): string {
  const { resource, group, kind, namespace, name } = target;
  const parts = [qualified(resource, group), namespace ?? "-", name].map(encodeURIComponent);
  return `/monitor/objects/${parts.join("/")}?kind=${encodeURIComponent(kind)}`;
}
