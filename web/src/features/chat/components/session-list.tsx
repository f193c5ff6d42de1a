import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import Plus from "lucide-react/icons/plus";
import type { Session } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Kbd } from "@/components/kbd";
import { SkeletonList } from "@/components/skeleton";
import { dayGroup } from "@/lib/format";
import { Link, navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { sessionsOptions } from "../api/get-sessions";

export function newConversation(): void {
  navigate("/chat");
  useUi.getState().offerDraft("");
}

export function SessionList({ current, onPick }: { current: string | null; onPick?: () => void }) {
  const { data, isPending, isError, error, refetch } = useQuery(sessionsOptions);
  const singleKeys = useUi((ui) => ui.singleKeys);
  return (
    <nav aria-label="Conversations" className="flex flex-col">
      <Button
        onClick={() => {
          newConversation();
          onPick?.();
        }}
        className="!justify-start"
      >
        <Plus size={15} aria-hidden="true" />
        New conversation
        {singleKeys && (
          <span className="ml-auto" aria-hidden="true">
            <Kbd>N</Kbd>
          </span>
        )}
      </Button>
      <div className="mt-3">
        {isPending && <SkeletonList label="Loading conversations" rows={5} className="h-8" />}
        {isError && (
          <ErrorNotice
            title="The conversations could not be loaded"
            error={error}
            onRetry={() => void refetch()}
          />
        )}
        {data?.length === 0 && (
          <p className="px-2.5 text-muted">None yet. What you ask is kept here, with its outcome.</p>
        )}
        {data && <Groups sessions={data} current={current} onPick={onPick} />}
      </div>
    </nav>
  );
}

interface GroupsProps {
  sessions: Session[];
  current: string | null;
  onPick?: () => void;
}

function Groups({ sessions, current, onPick }: GroupsProps) {
  const newest = [...sessions].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  const groups = Map.groupBy(newest, (session) => dayGroup(session.updated_at));
  return [...groups].map(([day, list]) => (
    <section key={day} aria-label={day}>
      <h2 className="mx-2 mt-3 mb-1 text-xs font-semibold text-faint">{day}</h2>
      <ul>
        {list.map(({ id, title, namespace }) => (
          <li key={id}>
            <Link
              to={`/chat/${id}`}
              onClick={onPick}
              title={`${title || "New conversation"}, namespace ${namespace}`}
              aria-current={id === current ? "page" : undefined}
              className={clsx(
                "block truncate rounded-lg px-2.5 py-1.5",
                id === current
                  ? "bg-surface font-medium text-text shadow-card"
                  : "text-muted hover:bg-surface hover:text-text",
              )}
            >
              {title || "New conversation"}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  ));
}
