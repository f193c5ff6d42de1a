import { Button } from "@/components/button";
import { ask, draft } from "@/lib/ask";
import { monitor as m } from "@/messages/monitor";
import type { Named } from "./object-page";

const SCALES = new Set(["Deployment", "StatefulSet", "ReplicaSet"]);
const RESTARTS = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
const LOGS = new Set(["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet"]);

interface Action {
  label: string;
  /** Asked at once; a change is only previewed by that. */
  line?: string;
  /** Put into the message field, to be finished. */
  words?: string;
}

/** What is most often done with a kind, each the beginning of a request in the chat. */
export function actionsFor({ resource, kind, namespace, name }: Named): Action[] {
  const place = namespace ? ` -n ${namespace}` : "";
  const noun = kind.toLowerCase();
  return [
    { label: m.askAboutIt, words: `${noun} ${name}${namespace ? m.inNamespace(namespace) : ""}: ` },
    ...(LOGS.has(kind) ? [{ label: m.logs, line: `kubectl logs ${noun}/${name}${place} --tail=200` }] : []),
    ...(SCALES.has(kind)
      ? [{ label: m.scale, words: `kubectl scale ${noun} ${name}${place} --replicas=` }]
      : []),
    ...(RESTARTS.has(kind)
      ? [{ label: m.restart, line: `kubectl rollout restart ${noun}/${name}${place}` }]
      : []),
    ...(kind === "Node" ? [{ label: m.cordon, line: `kubectl cordon ${name}` }] : []),
    { label: m.edit, line: `kubectl get ${resource} ${name}${place} -o yaml` },
    { label: m.delete, line: `kubectl delete ${resource} ${name}${place}` },
  ];
}

export function ObjectActions(named: Named) {
  return (
    <div role="group" aria-label={m.actions} className="flex flex-wrap gap-2">
      {actionsFor(named).map(({ label, line, words }) => (
        <Button key={label} title={line ?? words} onClick={() => (line ? ask(line) : draft(words ?? ""))}>
          {label}
        </Button>
      ))}
    </div>
  );
}
