import { clsx } from "clsx";
import { Dot, type Tone } from "@/components/badge";
import { type Connection, useUi } from "@/lib/ui-store";

const STATES: Record<Connection, { word: string; tone: Tone; meaning: string }> = {
  connecting: { word: "Connecting", tone: "plain", meaning: "Opening the live connection" },
  live: { word: "Live", tone: "ok", meaning: "What happens appears by itself" },
  waiting: { word: "Reconnecting", tone: "warn", meaning: "The live connection broke; trying again" },
  off: { word: "Offline", tone: "plain", meaning: "No live connection" },
};

export function ConnectionState() {
  const connection = useUi((ui) => ui.connection);
  const { word, tone, meaning } = STATES[connection];
  return (
    <span role="status" title={meaning} className="flex items-center gap-2 text-xs text-muted">
      <Dot tone={tone} />
      <span className={clsx(connection !== "waiting" && "max-sm:sr-only")}>{word}</span>
    </span>
  );
}
