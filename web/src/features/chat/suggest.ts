import type { Query } from "@/api/types";
import { canUndo, hasRun } from "@/lib/states";

const GET = /^kubectl get (\S+)(?: (?!-)(\S+))?/;
const MOST = 4;

/** The flag that says where, as the command has it. */
function place(command: string): string {
  return (
    /(?: -n \S+| --all-namespaces| -A)(?= |$)/.exec(command)?.[0].replace(/ (-A|--all-namespaces)/, "") ?? ""
  );
}

function cell(query: Query, row: number, column: RegExp): string | null {
  const at = query.result?.columns.findIndex((name) => column.test(name)) ?? -1;
  const value = query.result?.rows[row]?.[at];
  return typeof value === "string" && value !== "" ? value : null;
}

/** What is wrong with a pod, the worst first. */
const BROKEN = [/(crash|oom|error)/i, /(backoff|evicted|failed)/i, /pending/i];

/** What one often wants to know next: of a list its odd one out, of a change how it goes. At most four lines. */
export function suggestions(query: Query): string[] {
  const { command, state } = query;
  if (!command || !hasRun(state)) return [];
  const found = query.level === "safe" ? afterRead(query, command) : afterChange(query, command);
  return [...new Set(found)].filter((line) => line !== command).slice(0, MOST);
}

function afterRead(query: Query, command: string): string[] {
  const [, kinds = "", name] = GET.exec(command) ?? [];
  const here = place(command);
  if (query.state === "failed") return [];
  if (/^pods?$/.test(kinds)) return afterPods(query, here);
  if (/^nodes?$/.test(kinds)) return ["kubectl top nodes"];
  if (kinds !== "" && !kinds.includes(",") && name && !command.includes(" -o "))
    return [`kubectl describe ${kinds} ${name}${here}`, `kubectl get ${kinds} ${name}${here} -o yaml`];
  if (/^deployments?(\.apps)?$/.test(kinds)) {
    const first = cell(query, 0, /^name$/i);
    return first ? [`kubectl describe deployment ${first}${here}`, `kubectl get pods${here}`] : [];
  }
  if (/^kubectl describe pod /.test(command)) {
    const pod = /^kubectl describe pods? (\S+)/.exec(command)?.[1];
    return pod ? [`kubectl logs ${pod}${here} --tail=100`] : [];
  }
  if (/^kubectl logs /.test(command) && !command.includes("--previous")) return [`${command} --previous`];
  if (/^kubectl top pods?/.test(command)) return ["kubectl top nodes"];
  return [];
}

function afterPods(query: Query, here: string): string[] {
  const rows = query.result?.rows ?? [];
  const states = rows.map((_, row) => cell(query, row, /^status$/i) ?? "");
  const odd = BROKEN.map((wrong) => states.findIndex((word) => wrong.test(word))).find((at) => at >= 0) ?? -1;
  const name = odd >= 0 ? cell(query, odd, /^name$/i) : null;
  const inside =
    here || (odd >= 0 && cell(query, odd, /^namespace$/i) ? ` -n ${cell(query, odd, /^namespace$/i)}` : "");
  const look = name ? [`kubectl describe pod ${name}${inside}`] : [];
  const crashed = name && BROKEN[0]?.test(states[odd] ?? "");
  return [
    ...look,
    ...(crashed ? [`kubectl logs ${name}${inside} --previous --tail=100`] : []),
    `kubectl top pods${here}`,
    `kubectl events${here} --types=Warning`,
  ];
}

function afterChange(query: Query, command: string): string[] {
  const first = query.targets[0];
  if (!first || !canUndo(query.state) || command.startsWith("kubectl delete ")) return [];
  const here = first.namespace ? ` -n ${first.namespace}` : "";
  const rolls = ["Deployment", "StatefulSet", "DaemonSet"].includes(first.kind);
  return rolls
    ? [
        `kubectl rollout status ${first.kind.toLowerCase()}/${first.name}${here}`,
        `kubectl get pods${here}`,
        `kubectl rollout history ${first.kind.toLowerCase()}/${first.name}${here}`,
      ]
    : [];
}

/** The names that the server offers for one that does not exist, and the request said again with each. */
export function didYouMean(query: Query): { name: string; line: string }[] {
  const message = query.error?.message ?? "";
  const [, wrong = "", names = ""] =
    /There is no \S+ "([^"]+)".*? Did you mean ([^?]+)\?/.exec(message) ?? [];
  const { command } = query;
  if (!command || wrong === "") return [];
  return names.split(" or ").map((name) => ({ name, line: command.replace(wrong, name) }));
}
