import { useQuery } from "@tanstack/react-query";
import { newestOptions } from "@/api/get-newest";
import type { Query } from "@/api/types";
import { Fill } from "@/components/fill";
import { LevelBadge } from "@/components/level-badge";
import { Empty, Panel } from "@/components/panel";
import { Pending } from "@/components/pending";
import { Until } from "@/components/time";
import { Link } from "@/lib/router";
import { isOpen } from "@/lib/states";
import { useNow } from "@/lib/use-now";
import { dashboard as m } from "@/messages/dashboard";

/** Previews that nobody has said yes or no to. */
export function Waiting() {
  const { data, isPending, error, refetch } = useQuery(newestOptions);
  const now = useNow();
  const waiting = (data ?? []).filter(
    ({ state, expires_at }) => isOpen(state) && (!expires_at || Date.parse(expires_at) > now),
  );
  return (
    <Panel title={m.waitingTitle}>
      <Pending
        label={m.waitingLoading}
        waiting={isPending}
        title={m.waitingFailed}
        error={error}
        onRetry={() => void refetch()}
        rows={2}
      />
      {data && waiting.length === 0 && <Empty title={m.waitingEmpty}>{m.waitingEmptyAbout}</Empty>}
      <ul>
        {waiting.map((query) => (
          <Line key={query.query} query={query} />
        ))}
      </ul>
    </Panel>
  );
}

function Line({ query }: { query: Query }) {
  return (
    <li className="border-b border-line2 last:border-b-0">
      <Link
        to={`/chat/${query.session}`}
        className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 hover:bg-sunken"
      >
        <span className="min-w-0 flex-1 max-sm:basis-full">
          <span className="block font-medium break-words">{query.explanation ?? query.request}</span>
          {query.command && <span className="mono block truncate text-muted">{query.command}</span>}
        </span>
        {query.expires_at && (
          <span className="text-sm text-muted tabular-nums">
            <Fill text={m.left} time={<Until iso={query.expires_at} />} />
          </span>
        )}
        <LevelBadge level={query.level} />
      </Link>
    </li>
  );
}
