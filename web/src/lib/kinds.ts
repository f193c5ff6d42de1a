import type { Kind } from "@/api/types";
import { common as m } from "@/messages/common";
import { qualified } from "./addresses";

interface Group {
  title: string;
  kinds: string[];
}

/** The kinds that people look for most, by what they are about. Everything else is under "Custom" or "Other". */
export const GROUPS: Group[] = [
  {
    title: m.workloads,
    kinds: [
      "pods",
      "deployments.apps",
      "statefulsets.apps",
      "daemonsets.apps",
      "jobs.batch",
      "cronjobs.batch",
      "replicasets.apps",
    ],
  },
  {
    title: m.network,
    kinds: ["services", "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io"],
  },
  {
    title: m.configuration,
    kinds: [
      "configmaps",
      "secrets",
      "horizontalpodautoscalers.autoscaling",
      "poddisruptionbudgets.policy",
      "resourcequotas",
      "limitranges",
    ],
  },
  {
    title: m.storage,
    kinds: ["persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"],
  },
  {
    title: m.access,
    kinds: [
      "serviceaccounts",
      "roles.rbac.authorization.k8s.io",
      "rolebindings.rbac.authorization.k8s.io",
      "clusterroles.rbac.authorization.k8s.io",
      "clusterrolebindings.rbac.authorization.k8s.io",
    ],
  },
  { title: m.cluster, kinds: ["nodes", "namespaces", "events"] },
];

/** Groups of Kubernetes' own kinds; anything else was brought by a custom resource definition. */
function isCustom({ group }: Kind): boolean {
  return group.includes(".") && !group.endsWith(".k8s.io");
}

export interface KindGroup {
  title: string;
  kinds: Kind[];
}

/** The served kinds in groups; what the cluster does not serve is not offered. */
export function grouped(kinds: Kind[]): KindGroup[] {
  const byName = new Map(kinds.map((kind) => [qualified(kind.resource, kind.group), kind]));
  const groups = GROUPS.map(({ title, kinds: names }) => ({
    title,
    kinds: names.flatMap((name) => {
      const kind = byName.get(name);
      byName.delete(name);
      return kind ? [kind] : [];
    }),
  }));
  const rest = [...byName.values()].sort((a, b) => a.kind.localeCompare(b.kind));
  return [
    ...groups,
    { title: m.custom, kinds: rest.filter(isCustom) },
    { title: m.other, kinds: rest.filter((kind) => !isCustom(kind)) },
  ].filter(({ kinds: some }) => some.length > 0);
}

/** "Persistent volume claims": a kind in the plural, as a heading. */
export function kindTitle({ kind }: Pick<Kind, "kind">): string {
  const words = kind.replace(/([a-z])([A-Z])/g, "$1 $2").split(" ");
  const name = words
    .map((word, i) => (i === 0 || /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  if (/(s|x|ch|sh)$/.test(name))
    return /(points|ss)$/.test(name) && name.endsWith("points") ? name : `${name}es`;
  return `${name}s`;
}
