import { clsx } from "clsx";
import Ellipsis from "lucide-react/icons/ellipsis";
import { type FormEvent, useState } from "react";
import type { Session } from "@/api/types";
import { Button } from "@/components/button";
import { Popover } from "@/components/popover";
import { Link } from "@/lib/router";
import { usePreference, useUi } from "@/lib/ui-store";
import { chat as m } from "@/messages/chat";
import { useChangeSession } from "../api/change-session";

interface Props {
  session: Session;
  current: boolean;
  pinned: boolean;
  onPick?: () => void;
}

/** One conversation: opened, renamed, pinned. */
export function SessionItem({ session, current, pinned, onPick }: Props) {
  const [renaming, setRenaming] = useState(false);
  const title = session.title || m.newConversation;
  if (renaming) return <Rename session={session} onDone={() => setRenaming(false)} />;
  return (
    <li className="group relative">
      <Link
        to={`/chat/${session.id}`}
        onClick={onPick}
        title={m.titleAndNamespace(title, session.namespace)}
        aria-current={current ? "page" : undefined}
        className={clsx(
          "block truncate rounded-lg py-1.5 pr-8 pl-2.5",
          current
            ? "bg-surface font-medium text-text shadow-card"
            : "text-muted hover:bg-surface hover:text-text",
        )}
      >
        {title}
      </Link>
      <span className="absolute top-1 right-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-[[aria-expanded=true]]:opacity-100 max-lg:opacity-100">
        <Popover
          label={m.renameOrPin(title)}
          trigger={(props) => (
            <button
              type="button"
              {...props}
              aria-label={m.moreAbout(title)}
              className="grid size-[26px] place-items-center rounded-md text-muted hover:bg-sunken hover:text-text"
            >
              <Ellipsis size={15} aria-hidden="true" />
            </button>
          )}
        >
          {(close) => (
            <Actions pinned={pinned} id={session.id} onRename={() => setRenaming(true)} onClose={close} />
          )}
        </Popover>
      </span>
    </li>
  );
}

interface ActionsProps {
  id: string;
  pinned: boolean;
  onRename: () => void;
  onClose: () => void;
}

function Actions({ id, pinned, onRename, onClose }: ActionsProps) {
  const [all, setAll] = usePreference("pinned");
  const pin = () => setAll(pinned ? all.filter((one) => one !== id) : [...all, id]);
  const item = (label: string, run: () => void) => (
    <Button
      tone="quiet"
      className="!justify-start"
      onClick={() => {
        onClose();
        run();
      }}
    >
      {label}
    </Button>
  );
  return (
    <div className="flex w-36 flex-col">
      {item(m.rename, onRename)}
      {item(pinned ? m.unpin : m.pin, pin)}
    </div>
  );
}

function Rename({ session, onDone }: { session: Session; onDone: () => void }) {
  const [title, setTitle] = useState(session.title);
  const change = useChangeSession();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const wanted = title.trim();
    if (wanted === "" || wanted === session.title) return onDone();
    change.mutate(
      { session: session.id, title: wanted },
      {
        onSuccess: onDone,
        onError: (error) => useUi.getState().toast({ tone: "bad", text: m.renameFailed(error.message) }),
      },
    );
  };
  return (
    <li>
      <form onSubmit={save}>
        <input
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here.
          autoFocus
          aria-label={m.nameOfTheConversation}
          value={title}
          maxLength={120}
          disabled={change.isPending}
          onChange={(event) => setTitle(event.target.value)}
          onBlur={onDone}
          onKeyDown={(event) => event.key === "Escape" && onDone()}
          className="h-[34px] w-full rounded-lg border border-primary bg-surface px-2.5"
        />
      </form>
    </li>
  );
}
