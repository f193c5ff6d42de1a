import { useQuery } from "@tanstack/react-query";
import { newestOptions } from "@/api/get-newest";
import { Dot } from "@/components/badge";
import { Empty, Panel } from "@/components/panel";
import { SkeletonList } from "@/components/skeleton";
import { Ago } from "@/components/time";
import { turns } from "@/lib/investigation";
import { Link } from "@/lib/router";
import { stateWords } from "@/lib/states";
import { dashboard as m } from "@/messages/dashboard";

const MOST = 8;

/** What was asked lately, and what came of it. */
export function Recent() {
  const { data, isPending } = useQuery(newestOptions);
  return (
    <Panel
      title={m.recentTitle}
      aside={
        <Link to="/chat" className="font-medium text-primary">
          {m.askSomething}
        </Link>
      }
    >
      {isPending && (
        <div className="p-4">
          <SkeletonList label={m.recentLoading} rows={5} className="h-6" />
        </div>
      )}
      {data?.length === 0 && <Empty title={m.recentEmpty}>{m.recentEmptyAbout}</Empty>}
      <ul>
        {turns(data ?? [])
          .slice(0, MOST)
          .map((query) => {
            const { word, tone } = stateWords(query.state);
            return (
              <li key={query.query} className="border-b border-line2 last:border-b-0">
                <Link
                  to={`/chat/${query.session}`}
                  className="flex items-baseline gap-3 px-4 py-2.5 hover:bg-sunken"
                >
                  <span className="min-w-0 flex-1">
                    <span className="block truncate">
                      {query.request ?? query.explanation ?? query.command}
                    </span>
                    <span className="text-sm text-muted">
                      <Ago iso={query.created_at} />
                    </span>
                  </span>
                  <span className="flex shrink-0 items-center gap-2 text-sm text-muted">
                    <Dot tone={tone} />
                    {word}
                  </span>
                </Link>
              </li>
            );
          })}
      </ul>
    </Panel>
  );
}
