import { useQuery } from "@tanstack/react-query";
import { newestOptions } from "@/api/get-newest";
import type { Query } from "@/api/types";
import { ErrorNotice } from "@/components/error-notice";
import { LevelBadge } from "@/components/level-badge";
import { Empty, Panel } from "@/components/panel";
import { SkeletonList } from "@/components/skeleton";
import { minutesLeft } from "@/lib/format";
import { Link } from "@/lib/router";
import { isOpen } from "@/lib/states";
import { useNow } from "@/lib/use-now";

/** Previews that nobody has said yes or no to. */
export function Waiting() {
  const { data, isPending, isError, error, refetch } = useQuery(newestOptions);
  const now = useNow();
  const waiting = (data ?? []).filter(
    ({ state, expires_at }) => isOpen(state) && (!expires_at || Date.parse(expires_at) > now),
  );
  return (
    <Panel title="Waiting for you">
      {isPending && (
        <div className="p-4">
          <SkeletonList label="Loading what waits" rows={2} className="h-8" />
        </div>
      )}
      {isError && (
        <div className="p-4">
          <ErrorNotice title="What waits could not be read" error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {data && waiting.length === 0 && (
        <Empty title="Nothing">A change waits here until you approve or deny it.</Empty>
      )}
      <ul>
        {waiting.map((query) => (
          <Line key={query.query} query={query} now={now} />
        ))}
      </ul>
    </Panel>
  );
}

function Line({ query, now }: { query: Query; now: number }) {
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
            {minutesLeft(Date.parse(query.expires_at), now)} left
          </span>
        )}
        <LevelBadge level={query.level} />
      </Link>
    </li>
  );
}
