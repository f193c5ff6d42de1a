import type { LineView } from "@/api/types";

export interface NodeUsage {
  name: string;
  cpu: number | null;
  memory: number | null;
}

function percent(cell: unknown): number | null {
  const match = /^(\d+)%$/.exec(String(cell ?? ""));
  return match ? Number(match[1]) : null;
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.round(known.reduce((sum, value) => sum + value, 0) / known.length);
}

/** What `kubectl top nodes` says: of each node, and on the whole. Nothing where there are no metrics. */
export function readUsage(top: LineView | undefined): {
  nodes: Map<string, NodeUsage>;
  cpu: number | null;
  memory: number | null;
} {
  const columns = top?.columns ?? [];
  const at = (name: string) => columns.findIndex((column) => column.toUpperCase() === name);
  const [name, cpu, memory] = [at("NAME"), at("CPU(%)"), at("MEMORY(%)")];
  const nodes = new Map<string, NodeUsage>();
  for (const { cells } of top?.rows ?? []) {
    const node = { name: String(cells[name]), cpu: percent(cells[cpu]), memory: percent(cells[memory]) };
    nodes.set(node.name, node);
  }
  const all = [...nodes.values()];
  return { nodes, cpu: mean(all.map((node) => node.cpu)), memory: mean(all.map((node) => node.memory)) };
}
