import type { Delta } from "@/api/types";

export interface DiffLine {
  kind: "same" | "before" | "after";
  text: string;
}

export interface ObjectDiff {
  object: string;
  namespace: string | null;
  lines: DiffLine[];
}

/** `spec.containers[name=web].image` in its parts; what stands in brackets may hold dots. */
export function pathParts(path: string): string[] {
  const parts: string[] = [];
  for (const match of path.matchAll(/\[("?)(.*?)\1\]|[^.[\]]+/g)) {
    parts.push(match[2] ?? match[0]);
  }
  return parts;
}

function isListItem(part: string): boolean {
  return /^\d+$/.test(part) || /^[\w./-]+=/.test(part);
}

function title(part: string): string {
  if (/^\d+$/.test(part)) return `- # item ${part}`;
  const equals = part.indexOf("=");
  return isListItem(part) ? `- ${part.slice(0, equals)}: ${part.slice(equals + 1)}` : `${part}:`;
}

function scalar(value: unknown): string {
  if (typeof value === "string") {
    const plain = /^[\w./:@+-][\w ./:@+-]*$/.test(value) && !/^(true|false|null|~|[\d.]+)$/i.test(value);
    return plain ? value : JSON.stringify(value);
  }
  return JSON.stringify(value) ?? "";
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** A value as YAML lines at the given depth. */
export function yamlLines(key: string, value: unknown, depth: number): string[] {
  const pad = "  ".repeat(depth);
  const head = `${pad}${key}`;
  if (!isBranch(value)) return [`${head} ${scalar(value)}`];
  const nested = Array.isArray(value)
    ? value.flatMap((item) => yamlItem(item, depth + 1))
    : Object.entries(value).flatMap(([name, inner]) => yamlLines(`${name}:`, inner, depth + 1));
  return [head, ...nested];
}

function yamlItem(item: unknown, depth: number): string[] {
  const pad = "  ".repeat(depth);
  if (!isBranch(item) || Array.isArray(item)) return [`${pad}- ${scalar(item)}`];
  const lines = Object.entries(item).flatMap(([name, inner]) => yamlLines(`${name}:`, inner, depth + 1));
  const [first = "", ...rest] = lines;
  return [`${pad}- ${first.trimStart()}`, ...rest];
}

function changed(kind: "before" | "after", key: string, value: unknown, depth: number): DiffLine[] {
  if (value === undefined || value === null) return [];
  return yamlLines(key, value, depth).map((text) => ({ kind, text }));
}

function wholeObject(kind: "before" | "after", value: unknown): DiffLine[] {
  if (!isBranch(value)) return [];
  const lines = Object.entries(value).flatMap(([name, inner]) => yamlLines(`${name}:`, inner, 0));
  return lines.map((text) => ({ kind, text }));
}

function objectLines(deltas: Delta[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let shown: string[] = [];
  for (const { path, before, after } of deltas) {
    const parts = pathParts(path);
    const leaf = parts.pop();
    if (leaf === undefined) {
      lines.push(...wholeObject("before", before), ...wholeObject("after", after));
      continue;
    }
    const common = parts.findIndex((part, i) => part !== shown[i]);
    const from = common < 0 ? parts.length : common;
    for (let i = from; i < parts.length; i += 1) {
      lines.push({ kind: "same", text: `${"  ".repeat(i)}${title(parts[i] ?? "")}` });
    }
    shown = parts;
    lines.push(...changed("before", title(leaf), before, parts.length));
    lines.push(...changed("after", title(leaf), after, parts.length));
  }
  return lines;
}

/** The server's difference, object by object, as the YAML a person would edit. */
export function diffByObject(deltas: Delta[]): ObjectDiff[] {
  const groups = new Map<string, Delta[]>();
  for (const delta of deltas) {
    const key = `${delta.namespace ?? ""}\n${delta.object}`;
    groups.set(key, [...(groups.get(key) ?? []), delta]);
  }
  return [...groups.values()].map((group) => ({
    object: group[0]?.object ?? "",
    namespace: group[0]?.namespace ?? null,
    lines: objectLines(group),
  }));
}
