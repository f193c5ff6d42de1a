import { ApiError } from "@/api/errors";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { Ago } from "@/components/time";
import type { Shown } from "@/lib/live-views";
import { useUi } from "@/lib/ui-store";
import { monitor as m } from "@/messages/monitor";

/** How fresh what is on screen is, in words. */
export function Freshness({ shown }: { shown: Shown }) {
  const connection = useUi((ui) => ui.connection);
  if (shown.at === null) return null;
  const read = <Ago iso={new Date(shown.at).toISOString()} />;
  return connection === "live" ? (
    <Fill text={m.read} ago={read} />
  ) : (
    <span className="text-warn">
      <Fill text={m.readStale} ago={read} />
    </span>
  );
}

/** Why a scene can't be shown. */
export function ViewError({ shown, what }: { shown: Shown; what: string }) {
  if (!shown.error) return null;
  const { code, message } = shown.error;
  return <ErrorNotice title={m.cantBeShown(what)} error={new ApiError(400, code, message)} />;
}

/** What could not be read; none of it stops the rest. */
export function Unknown({ sentences }: { sentences: string[] }) {
  if (sentences.length === 0) return null;
  return (
    <details className="my-4 text-sm text-muted">
      <summary>{m.couldNotBeRead(sentences.length)}</summary>
      <ul className="mt-1 list-disc pl-5">
        {sentences.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
}
