import { clsx } from "clsx";
import { lazy, Suspense } from "react";
import { Dot, type Tone } from "@/components/badge";
import { Popover } from "@/components/popover";
import { type Connection, useUi } from "@/lib/ui-store";
import { app as m } from "@/messages/app";

const StatusPanel = lazy(() => import("./status-panel"));

const STATES: Record<Connection, { word: string; tone: Tone }> = {
  connecting: { word: m.connecting, tone: "plain" },
  live: { word: m.live, tone: "ok" },
  waiting: { word: m.reconnecting, tone: "warn" },
  off: { word: m.offline, tone: "plain" },
};

/** Whether what is on screen is live; behind it how cluster, translator and audit log are. */
export function StatusButton() {
  const connection = useUi((ui) => ui.connection);
  const { word, tone } = STATES[connection];
  return (
    <Popover
      label={m.status}
      align="end"
      trigger={(props) => (
        <button
          type="button"
          {...props}
          className="flex h-[34px] items-center gap-2 rounded-lg px-2.5 text-xs text-muted hover:bg-sunken hover:text-text max-sm:px-1.5 sm:w-28"
        >
          <Dot tone={tone} />
          <span className="sr-only">{m.statusIs} </span>
          <span role="status" className={clsx(connection !== "waiting" && "max-sm:sr-only")}>
            {word}
          </span>
        </button>
      )}
    >
      {() => (
        <Suspense fallback={<div className="h-40 w-72" />}>
          <StatusPanel />
        </Suspense>
      )}
    </Popover>
  );
}
