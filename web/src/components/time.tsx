import { ago } from "@/lib/age";
import { minutesLeft, moment, utcMoment } from "@/lib/format";
import { useUi } from "@/lib/ui-store";
import { useNow } from "@/lib/use-now";
import { components as m } from "@/messages/components";

/** A time in the reader's zone, with UTC on hover; or the other way round, as the settings say. */
export function Time({ iso }: { iso: string }) {
  const utc = useUi((ui) => ui.preferences.utc);
  const [shown, other] = utc ? [utcMoment(iso), m.here(moment(iso))] : [moment(iso), utcMoment(iso)];
  return (
    <time dateTime={iso} title={other} className="tabular-nums">
      {shown}
    </time>
  );
}

/** How long ago, with the time itself on hover. */
export function Ago({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={`${moment(iso)}, ${utcMoment(iso)}`} className="tabular-nums">
      {ago(iso, now)}
    </time>
  );
}

/** How long it is until then, with the time itself on hover. */
export function Until({ iso }: { iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={`${moment(iso)}, ${utcMoment(iso)}`} className="tabular-nums">
      {minutesLeft(Date.parse(iso), now)}
    </time>
  );
}
