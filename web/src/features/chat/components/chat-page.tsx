import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { chat as m } from "@/messages/chat";
import { useSend } from "../api/send";
import type { Say } from "../attachments";
import { Composer } from "./composer";
import { SessionList } from "./session-list";
import { Welcome } from "./welcome";

// The composer accepts a key before the cards have arrived.
const Conversation = lazy(() => import("./conversation"));

export function ChatPage() {
  const { sessionId, session, cluster, namespace } = useWhere();
  const send = useSend();
  const [lastText, setLastText] = useState<string | null>(null);
  const { mutate, reset } = send;

  const say: Say = (text, attachments = []) => {
    reset();
    setLastText(text);
    const words = { text, attachments, session: sessionId, cluster: cluster?.id ?? null, namespace };
    mutate(words, { onError: () => useUi.getState().offerDraft(text) });
  };
  const sayNow = useRef(say);
  sayNow.current = say;
  const outbox = useUi((ui) => ui.outbox);
  useEffect(() => {
    // Asked on another page; where it goes must be known first.
    if (outbox === null || cluster === null) return;
    useUi.getState().setOutbox(null);
    sayNow.current(outbox);
  }, [outbox, cluster]);
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[248px_minmax(0,1fr)] max-lg:grid-cols-1">
      <aside
        aria-label={m.sideBar}
        className="relative overflow-auto border-r border-line px-3 py-4 max-lg:hidden"
      >
        <SessionList current={sessionId} />
      </aside>
      <main id="main" className="flex min-h-0 flex-col">
        {sessionId || send.isPending ? (
          <Suspense fallback={<LoadingCards />}>
            <Conversation session={sessionId} title={session?.title || m.conversation} onSay={say} />
          </Suspense>
        ) : (
          <Welcome practice={cluster?.practice ?? false} namespace={namespace} />
        )}
        <div className="mx-auto w-full max-w-[820px] px-6 pt-2 pb-5 max-sm:px-2 max-sm:pt-1.5 max-sm:pb-2">
          {send.isError && (
            <div className="mb-3">
              <ErrorNotice title={m.sendFailed} error={send.error} />
            </div>
          )}
          <Composer
            busy={send.isPending}
            namespace={namespace}
            practice={cluster?.practice ?? false}
            lastText={lastText}
            onSend={say}
          />
        </div>
      </main>
    </div>
  );
}

function LoadingCards() {
  return (
    <div
      role="status"
      className="mx-auto flex w-full max-w-[820px] flex-1 flex-col gap-5 px-6 pt-6 max-sm:px-3"
    >
      <span className="sr-only">{m.loadingTheConversation}</span>
      <Skeleton className="h-10 w-64 self-end" />
      <Skeleton className="h-44 w-full rounded-card" />
      <Skeleton className="h-10 w-48 self-end" />
      <Skeleton className="h-64 w-full rounded-card" />
    </div>
  );
}
