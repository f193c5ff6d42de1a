export interface ExampleGroup {
  title: string;
  note: string;
  examples: string[];
}

export const EXAMPLES: ExampleGroup[] = [
  {
    title: "Look",
    note: "Answered at once; nothing changes.",
    examples: [
      "show me the pods",
      "which pods are there in kube-system",
      "describe deployment web",
      "logs of payments-api from the last 10 minutes",
      "what happened in this namespace lately",
      "which nodes are busiest",
      "who can delete pods here",
    ],
  },
  {
    title: "Change",
    note: "Shown first, with the difference; runs when you say so, and can mostly be taken back.",
    examples: [
      "scale web to 5",
      "restart the deployment search",
      "set the image of web to nginx:1.29",
      "label deployment web tier=front",
      "undo the last rollout of web",
      "cordon node-2",
    ],
  },
  {
    title: "Danger",
    note: "Needs a name typed before the button works.",
    examples: ["delete deployment payments-api", "scale web to 0"],
  },
  {
    title: "Exact",
    note: "A line that begins with kubectl is taken as it is. It is parsed, never given to a shell.",
    examples: ["kubectl get pods -o wide", "kubectl rollout status deployment/web", "kubectl api-resources"],
  },
];

export const LEVELS: { level: string; meaning: string }[] = [
  { level: "safe", meaning: "Reads that show no secret. Run at once." },
  {
    level: "warning",
    meaning: "A change that can be taken back, or a read that shows secrets. Wait for your yes.",
  },
  { level: "dangerous", meaning: "Loses data or service, or widens rights. Wait for a name typed by you." },
  { level: "refused", meaning: "Outside the command language or the rules. Never run." },
];

/** The first things to know. */
export const TOPICS: { title: string; text: string }[] = [
  {
    title: "Say it, see it, decide",
    text: "Write what should happen, in your words or as a kubectl line. You see the exact command, what it touches, as whom it runs and how to take it back. Nothing changes before your yes.",
  },
  {
    title: "Where it goes",
    text: "Cluster and namespace stand at the top right of every page. Practice is purple; production is dark. A conversation stays with the cluster it began in.",
  },
  {
    title: "As you",
    text: "Every call to a cluster is made as you. What you may not do there, KubeChat can't do for you; it says which right is missing and who has it.",
  },
  {
    title: "Evidence",
    text: "Each step is in the audit log before it happens. Every card links to its records, and your browser itself checks that they are in the log and unchanged.",
  },
  {
    title: "Taking it back",
    text: "Most changes carry their way back: press Undo on the card. It is previewed like any change, and refuses when somebody has changed the same thing since.",
  },
  {
    title: "When it asks back",
    text: "Words that fit several things are asked back, with the choices as buttons. Choose one, or say it more exactly.",
  },
];

/** The verbs that are used most; docs/commands.md has all of them. */
export const VERBS: { verb: string; does: string; level: string }[] = [
  { verb: "get", does: "List objects, or show one", level: "safe" },
  { verb: "describe", does: "An object with its events, for people", level: "safe" },
  { verb: "logs", does: "What containers have written", level: "safe" },
  { verb: "top", does: "What nodes and pods use", level: "safe" },
  { verb: "events", does: "What happened lately", level: "safe" },
  { verb: "explain", does: "What a field means", level: "safe" },
  { verb: "auth can-i", does: "Whether you may do something", level: "safe" },
  { verb: "diff", does: "What applying would change", level: "safe" },
  { verb: "apply", does: "Make objects as a manifest says", level: "warning" },
  { verb: "scale", does: "Change the number of replicas", level: "warning" },
  { verb: "set image", does: "Another version of a container", level: "warning" },
  { verb: "rollout restart", does: "New pods, one after the other", level: "warning" },
  { verb: "rollout undo", does: "The version before", level: "warning" },
  { verb: "label, annotate", does: "Mark objects", level: "warning" },
  { verb: "cordon", does: "No new pods on a node", level: "warning" },
  { verb: "drain", does: "Move the pods off a node", level: "dangerous" },
  { verb: "delete", does: "Remove objects", level: "dangerous" },
];
