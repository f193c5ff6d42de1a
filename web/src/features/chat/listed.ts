import type { Kind, Target } from "@/api/types";

/** What a `get` lists. */
export interface Listed {
  /** The kind as the command says it. */
  kind: string;
  namespace: string | null;
}

/** The one kind that a command lists as a table, and where. */
export function listed(command: string | null): Listed | null {
  const [, kind = ""] = /^kubectl (?:get|top) ([\w.-]+)/.exec(command ?? "") ?? [];
  if (kind === "" || kind === "all" || / -o[ =]?(?!wide)[^ =]/.test(command ?? "")) return null;
  return { kind, namespace: / -n (\S+)/.exec(command ?? "")?.[1] ?? null };
}

type Named = Pick<Target, "group" | "resource" | "kind" | "namespace" | "name">;

/** How a row of such a table becomes the object it stands for; nothing for a kind the cluster does not serve. */
export function rowObject(
  { kind: word, namespace }: Listed,
  columns: string[],
  kinds: Kind[],
): ((cells: unknown[]) => Named | null) | null {
  const [plain = "", ...rest] = word.toLowerCase().split(".");
  const group = rest.join(".");
  const kind = kinds.find(
    (one) =>
      (rest.length === 0 ? one.group !== "metrics.k8s.io" : one.group === group) &&
      [one.resource, one.kind.toLowerCase(), ...one.short_names].includes(plain),
  );
  const at = (name: string) => columns.findIndex((column) => column.toUpperCase() === name);
  const [name, place] = [at("NAME"), at("NAMESPACE")];
  if (!kind || name < 0) return null;
  return (cells) => {
    const inside = place >= 0 ? String(cells[place]) : namespace;
    if (kind.namespaced && !inside) return null;
    return {
      group: kind.group,
      resource: kind.resource,
      kind: kind.kind,
      namespace: kind.namespaced ? inside : null,
      name: String(cells[name]).replace(/^.*\//, ""),
    };
  };
}
