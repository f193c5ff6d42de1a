import type { Query } from "@/api/types";

export interface Explained {
  /** What it means. */
  means: string;
  /** What is usually behind it. */
  why: string[];
  /** Lines that find out more. */
  look: string[];
}

/** Errors by their stable codes: what they mean, what is usually behind them, where to look. */
const KNOWN: Record<string, Explained> = {
  forbidden: {
    means: "The API server knows who you are, and its rules don't give you this right.",
    why: [
      "The right is given in another namespace, or only for other verbs.",
      "A Role has it, but no RoleBinding gives that Role to you or to one of your groups.",
    ],
    look: ["kubectl auth whoami", "kubectl auth can-i --list"],
  },
  "not-found": {
    means: "Nothing by that name exists where it was looked for.",
    why: ["It is in another namespace.", "It was deleted, or the name has a typing error."],
    look: ["kubectl get all", "kubectl get events"],
  },
  "unknown-resource": {
    means: "The cluster has no such kind.",
    why: ["The custom resource definition is not installed.", "The kind has another name here."],
    look: ["kubectl api-resources"],
  },
  unreachable: {
    means: "No connection to the API server came about, so nothing was asked or changed.",
    why: ["The cluster is down or restarting.", "Network, VPN or proxy stand in between."],
    look: ["kubectl version"],
  },
  timeout: {
    means: "The API server took the request and did not answer in time.",
    why: ["It is under load.", "A webhook it has to ask does not answer."],
    look: ["kubectl get validatingwebhookconfigurations", "kubectl get mutatingwebhookconfigurations"],
  },
  conflict: {
    means:
      "Somebody or something changed the object between reading and writing it. Nothing was overwritten.",
    why: ["A controller or an autoscaler keeps the field.", "A colleague changed it at the same time."],
    look: [],
  },
  invalid: {
    means: "The API server understood the request and finds its content wrong.",
    why: ["A field has a value that is not allowed.", "An admission policy of the cluster refuses it."],
    look: ["kubectl get validatingadmissionpolicies"],
  },
  "metrics-unavailable": {
    means: "The cluster serves no measurements.",
    why: ["metrics-server is not installed.", "It runs, but has not measured yet; that takes a minute."],
    look: ["kubectl get apiservices"],
  },
  voided: {
    means: "What you approved is no longer what would happen, so it was not run.",
    why: ["The object was changed after the preview.", "A target came or went."],
    look: [],
  },
};

/** What is known of this query's error; nothing for errors whose message says all there is. */
export function explain({ error, state }: Query): Explained | null {
  const code = error?.code ?? (state === "forbidden" ? "forbidden" : state === "voided" ? "voided" : "");
  return KNOWN[code] ?? null;
}
