import type { Query } from "@/api/types";
import { cards as m } from "@/messages/cards";

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
    means: m.theApiServerKnows,
    why: [m.theRightIsGiven, m.aRoleHasIt],
    look: ["kubectl auth whoami", "kubectl auth can-i --list"],
  },
  "not-found": {
    means: m.nothingByThatName,
    why: [m.itIsInAnother, m.itWasDeletedOr],
    look: ["kubectl get all", "kubectl get events"],
  },
  "unknown-resource": {
    means: m.theClusterHasNo,
    why: [m.theCustomResourceDefinition, m.theKindHasAnother],
    look: ["kubectl api-resources"],
  },
  unreachable: {
    means: m.noConnectionToThe,
    why: [m.theClusterIsDown, m.networkVpnOrProxy],
    look: ["kubectl version"],
  },
  timeout: {
    means: m.theApiServerTook,
    why: [m.itIsUnderLoad, m.aWebhookItHas],
    look: ["kubectl get validatingwebhookconfigurations", "kubectl get mutatingwebhookconfigurations"],
  },
  conflict: {
    means: m.somebodyOrSomethingChanged,
    why: [m.aControllerOrAn, m.aColleagueChangedIt],
    look: [],
  },
  invalid: {
    means: m.theApiServerUnderstood,
    why: [m.aFieldHasA, m.anAdmissionPolicyOf],
    look: ["kubectl get validatingadmissionpolicies"],
  },
  "metrics-unavailable": {
    means: m.theClusterServesNo,
    why: [m.metricsServerIsNot, m.itRunsButHas],
    look: ["kubectl get apiservices"],
  },
  voided: {
    means: m.whatYouApprovedIs,
    why: [m.theObjectWasChanged, m.aTargetCameOr],
    look: [],
  },
};

/** What is known of this query's error; nothing for errors whose message says all there is. */
export function explain({ error, state }: Query): Explained | null {
  const code = error?.code ?? (state === "forbidden" ? "forbidden" : state === "voided" ? "voided" : "");
  return KNOWN[code] ?? null;
}
