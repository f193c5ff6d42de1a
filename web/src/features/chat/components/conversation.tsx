import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { ErrorNotice } from "@/components/error-notice";
import { SkeletonList } from "@/components/skeleton";
import { turns } from "@/lib/investigation";
import { Link } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { cards as m } from "@/messages/cards";
import { queriesOptions } from "../api/get-queries";
import type { Say } from "../attachments";
import { useEndInView } from "../use-end-in-view";
import { PendingTurn } from "./pending-turn";
import { Turn } from "./turn";

interface Props {
  session: string | null;
  title: string;
  onSay: Say;
}

export default function Conversation({ session, title, onSay }: Props) {
  const { data, isPending, isError, error, refetch } = useQuery({
    ...queriesOptions(session ?? ""),
    enabled: session !== null,
  });
  const pending = useUi((ui) => ui.pending);
  const total = data?.length ?? 0;
  const shown = turns(data ?? []);
  // The server may announce the query before it answers the request that made it.
  const waits = pending !== null && pending.session === session && total <= pending.seen;
  const end = useEndInView<HTMLElement>(`${session} ${total} ${waits}`);

  if (isError && error instanceof ApiError && error.status === 404) return <Gone />;
  return (
    <section ref={end} aria-label={m.conversation} className="relative min-h-0 flex-1 overflow-auto">
      <h1 className="sr-only">{title}</h1>
      <div className="mx-auto flex w-full max-w-[820px] flex-col gap-5 px-6 pt-6 pb-4 max-sm:px-2 max-sm:pt-3 max-sm:pb-1">
        {session !== null && isPending && (
          <SkeletonList label={m.loadingTheConversation} rows={2} className="h-40" />
        )}
        {isError && (
          <ErrorNotice title={m.theConversationCouldNot} error={error} onRetry={() => void refetch()} />
        )}
        {data?.length === 0 && !waits && <p className="text-muted">{m.nothingWasAskedHere}</p>}
        {shown.map((query, i) => (
          <Turn key={query.query} query={query} onSay={onSay} last={i === shown.length - 1 && !waits} />
        ))}
        {waits && <PendingTurn text={pending.text} />}
      </div>
    </section>
  );
}

function Gone() {
  return (
    <div className="mx-auto w-full max-w-[820px] flex-1 px-6 pt-6">
      <h1 className="text-lg font-semibold">{m.thisConversationIsNot}</h1>
      <p className="mt-1 text-muted">{m.itMayBelongTo}</p>
      <Link to="/chat" className="mt-3 inline-block font-medium text-primary underline">
        {m.beginANewOne}
      </Link>
    </div>
  );
}
