import { useQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { sessionsOptions } from "@/api/get-sessions";
import type { Session } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Kbd } from "@/components/kbd";
import { SearchField } from "@/components/search-field";
import { SkeletonList } from "@/components/skeleton";
import { dayGroup } from "@/lib/format";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { chat as m } from "@/messages/chat";
import { SessionItem } from "./session-item";

/** From this many on there is a field to search them. */
const SEARCH_FROM = 6;

export function newConversation(): void {
  navigate("/chat");
  useUi.getState().offerDraft("");
}

export function SessionList({ current, onPick }: { current: string | null; onPick?: () => void }) {
  const { data, isPending, isError, error, refetch } = useQuery(sessionsOptions);
  const singleKeys = useUi((ui) => ui.singleKeys);
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = (data ?? []).filter(({ title, namespace }) =>
    `${title} ${namespace}`.toLowerCase().includes(wanted),
  );
  return (
    <nav aria-label={m.conversations} className="flex flex-col">
      <Button
        onClick={() => {
          newConversation();
          onPick?.();
        }}
        className="!justify-start"
      >
        <Plus size={15} aria-hidden="true" />
        {m.newConversation}
        {singleKeys && (
          <span className="ml-auto" aria-hidden="true">
            <Kbd>{m.keyN}</Kbd>
          </span>
        )}
      </Button>
      {(data?.length ?? 0) >= SEARCH_FROM && (
        <SearchField
          label={m.searchTheConversations}
          hint={m.search}
          value={text}
          onChange={setText}
          className="mt-2"
        />
      )}
      <div className="mt-3">
        {isPending && <SkeletonList label={m.loadingConversations} rows={5} className="h-8" />}
        {isError && <ErrorNotice title={m.listFailed} error={error} onRetry={() => void refetch()} />}
        {data?.length === 0 && <p className="px-2.5 text-muted">{m.listEmpty}</p>}
        {wanted !== "" && found.length === 0 && <p className="px-2.5 text-muted">{m.listNoMatch}</p>}
        <Groups sessions={found} current={current} onPick={onPick} />
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
  const pinned = useUi((ui) => ui.preferences.pinned);
  const newest = [...sessions].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  const groups = Map.groupBy(newest, ({ id, updated_at }) =>
    pinned.includes(id) ? m.pinned : dayGroup(updated_at),
  );
  const ordered = [...groups].sort(([a], [b]) => Number(b === m.pinned) - Number(a === m.pinned));
  return ordered.map(([name, list]) => (
    <section key={name} aria-label={name}>
      <h2 className="mx-2 mt-3 mb-1 text-xs font-semibold text-faint">{name}</h2>
      <ul>
        {list.map((session) => (
          <SessionItem
            key={session.id}
            session={session}
            current={session.id === current}
            pinned={name === m.pinned}
            onPick={onPick}
          />
        ))}
      </ul>
    </section>
  ));
}
