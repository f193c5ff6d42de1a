import type { Permission, Query, Target } from "@/api/types";
import { counted } from "@/lib/format";
import { cards as m } from "@/messages/cards";

/** "1 Deployment, 3 Pods": targets counted by kind, in the order they come. */
export function affected(targets: Target[]): string {
  const kinds = new Map<string, number>();
  for (const { kind, resource } of targets) {
    const noun = kind || resource;
    kinds.set(noun, (kinds.get(noun) ?? 0) + 1);
  }
  return [...kinds].map(([kind, n]) => counted(n, kind)).join(", ");
}

export function targetName({ namespace, name }: Target): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** "patch deployments/scale in shop". */
export function right({ verb, group, resource, subresource, namespace, name }: Permission): string {
  // Kubernetes' own groups go without saying; a custom resource is named in full.
  const foreign = group.includes(".") && !group.endsWith(".k8s.io");
  const what = `${resource}${foreign ? `.${group}` : ""}${subresource ? `/${subresource}` : ""}`;
  const which = name ? ` ${name}` : "";
  return `${verb} ${what}${which} ${namespace ? `in ${namespace}` : m.inTheWholeCluster}`;
}

/** What the approval hangs on. */
export function voidedBy(query: Query): string {
  const targets = query.targets ?? [];
  if (targets.length === 1 && targets[0]) return m.voidIfChangesFirst(targets[0].name);
  return targets.length > 1 ? m.voidIfAnyOf : m.voidIfTheCluster;
}

/** The command without its program, for a running line and for buttons. */
export function withoutProgram(command: string): string {
  return command.replace(/^kubectl\s+/, "");
}

/** A read that shows what a change left: the objects it touched, by name. */
export function lookAgain(query: Query): string | null {
  const [first, ...rest] = query.targets ?? [];
  const gone = query.command?.startsWith("kubectl delete ");
  if (!first || gone || query.level === "safe") return null;
  const same = rest.every((one) => one.resource === first.resource && one.namespace === first.namespace);
  if (!same || rest.length > 20) return null;
  const names = [first, ...rest].map((one) => one.name).join(" ");
  const resource = first.group ? `${first.resource}.${first.group}` : first.resource;
  return `kubectl get ${resource} ${names}${first.namespace ? ` -n ${first.namespace}` : ""}`;
}

/** The command that edits the one object whose YAML a query has shown. */
export function editLine(query: Query): string | null {
  const shown = /^kubectl get (\S+) ([^-\s]\S*)((?: -n \S+)?) -o yaml((?: -n \S+)?)$/.exec(
    query.command ?? "",
  );
  if (query.state !== "succeeded" || !query.result?.text || query.result.truncated || !shown) return null;
  const [, kind, name, before, after] = shown;
  if (kind?.includes(",") || /^secrets?(\.|$)/.test(kind ?? "")) return null;
  return `kubectl edit ${kind} ${name}${before}${after}`;
}
