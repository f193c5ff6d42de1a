import type { Graph, Vertex } from "@/api/types";

/** Where a kind stands: requests come in from the right, ownership from the left, and they meet at the pods. */
const COLUMNS: Record<string, number> = {
  HorizontalPodAutoscaler: 0,
  CronJob: 0,
  Deployment: 1,
  StatefulSet: 1,
  DaemonSet: 1,
  Job: 1,
  ReplicaSet: 2,
  Pod: 3,
  Service: 4,
  PodDisruptionBudget: 4,
  PersistentVolumeClaim: 4,
  Ingress: 5,
};

export const BOX = { width: 176, height: 52, gapX: 44, gapY: 12 };

export interface Placed {
  vertex: Vertex;
  x: number;
  y: number;
}

export interface Line {
  key: string;
  path: string;
  how: string;
}

export interface Layout {
  boxes: Placed[];
  lines: Line[];
  width: number;
  height: number;
}

function columnOf({ object }: Vertex): number {
  return COLUMNS[object.kind] ?? 1;
}

/** Boxes in columns, each column in the middle, and curves between them. */
export function layout({ objects, edges }: Graph): Layout {
  const used = [...new Set(objects.map(columnOf))].sort((a, b) => a - b);
  const columns = used.map((column) => objects.filter((vertex) => columnOf(vertex) === column));
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const step = BOX.height + BOX.gapY;
  const height = tallest * step - BOX.gapY;
  const boxes = new Map<Vertex, Placed>();
  columns.forEach((column, i) => {
    const top = (height - (column.length * step - BOX.gapY)) / 2;
    const sorted = [...column].sort((a, b) => a.object.name.localeCompare(b.object.name));
    sorted.forEach((vertex, j) => {
      boxes.set(vertex, { vertex, x: i * (BOX.width + BOX.gapX), y: top + j * step });
    });
  });
  const lines = edges.flatMap(({ from, to, how }) => {
    const [a, b] = [boxes.get(objects[from] as Vertex), boxes.get(objects[to] as Vertex)];
    return a && b ? [{ key: `${from} ${to} ${how}`, path: curve(a, b), how }] : [];
  });
  const width = columns.length * (BOX.width + BOX.gapX) - BOX.gapX;
  return { boxes: objects.flatMap((vertex) => boxes.get(vertex) ?? []), lines, width, height };
}

function curve(a: Placed, b: Placed): string {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const y = (box: Placed) => box.y + BOX.height / 2;
  const from = left.x + BOX.width;
  const middle = (from + right.x) / 2;
  return `M${from},${y(left)} C${middle},${y(left)} ${middle},${y(right)} ${right.x},${y(right)}`;
}
