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

export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ["/"], does: "Go to the message field" },
  { keys: ["N"], does: "New conversation" },
  { keys: ["Enter"], does: "In the message field: send. It never runs a change" },
  { keys: ["Shift Enter"], does: "In the message field: new line" },
  { keys: ["↑"], does: "In the empty message field: the last message again" },
  { keys: ["A", "Enter"], does: "On a preview: go to the button, then run it" },
  { keys: ["E"], does: "On a preview: edit the command" },
  { keys: ["C"], does: "On a preview: cancel, with a reason" },
  { keys: ["Esc"], does: "Close what is open" },
];
