import { clsx } from "clsx";
import ArrowUp from "lucide-react/icons/arrow-up";
import Paperclip from "lucide-react/icons/paperclip";
import { type DragEvent, type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Badge } from "@/components/badge";
import { Button, IconButton } from "@/components/button";
import { Fill } from "@/components/fill";
import { Kbd } from "@/components/kbd";
import { useUi } from "@/lib/ui-store";
import { chat as m } from "@/messages/chat";
import { type Attachment, apply, join, read, type Say } from "../attachments";
import { Attached } from "./attached";
import { Translator } from "./translator";

interface Props {
  busy: boolean;
  namespace: string | null;
  practice: boolean;
  lastText: string | null;
  onSend: Say;
}

const LABEL = m.composerLabel;

export function Composer({ busy, namespace, practice, lastText, onSend }: Props) {
  const { text, revision } = useUi((ui) => ui.draft);
  const setDraft = useUi((ui) => ui.setDraft);
  const input = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the request for focus.
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
  }, [revision]);

  const send = () => {
    const words = text.trim();
    if (words === "" || busy) return;
    setDraft("");
    setAttachments([]);
    onSend(words, attachments);
  };
  const attach = async (chosen: Iterable<File>) => {
    const taken = await read(chosen);
    if (typeof taken === "string") return setProblem(taken);
    setProblem(null);
    const all = join(attachments, taken);
    setAttachments(all);
    if (text.trim() === "" && all.length > 0) useUi.getState().offerDraft(apply(all));
  };
  const onDrop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void attach(event.dataTransfer.files);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && text === "" && lastText) {
      event.preventDefault();
      setDraft(lastText);
    }
  };
  return (
    <form
      onSubmit={submit}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      // On a phone one row: what it is about needs the room.
      className="rounded-card border border-line bg-surface px-3.5 pt-3 pb-2.5 shadow-card focus-within:border-primary max-sm:grid max-sm:grid-cols-[auto_minmax(0,1fr)_auto] max-sm:items-center max-sm:px-1.5 max-sm:py-1"
    >
      <textarea
        ref={input}
        id="composer"
        aria-label={LABEL}
        placeholder={LABEL}
        rows={1}
        value={text}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="send"
        className="field-sizing-content max-h-48 w-full resize-none bg-transparent outline-none max-sm:order-2 max-sm:text-[16px] max-sm:placeholder:whitespace-nowrap"
      />
      {attachments.length > 0 && (
        <Attached
          attachments={attachments}
          onRemove={(name) => setAttachments(attachments.filter((one) => one.name !== name))}
        />
      )}
      {problem && (
        <p role="alert" className="mt-1.5 text-sm text-bad max-sm:order-4 max-sm:col-span-3 max-sm:px-2">
          {problem}
        </p>
      )}
      <div className="mt-1.5 flex items-center gap-2 max-sm:contents">
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label={m.manifests}
          accept=".yaml,.yml,.json,text/*"
          onChange={(event) => {
            void attach([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <IconButton
          label={m.attachManifests}
          onClick={() => files.current?.click()}
          className="-ml-2 max-sm:order-1 max-sm:ml-0"
        >
          <Paperclip size={16} aria-hidden="true" />
        </IconButton>
        {practice && (
          <span className="flex max-sm:hidden">
            <Badge tone="practice">{m.practice}</Badge>
          </span>
        )}
        {namespace && (
          <span className="max-w-[50%] truncate rounded-full border border-line px-2.5 text-xs leading-5 text-muted max-sm:hidden">
            {namespace}
          </span>
        )}
        <span
          className={clsx("flex min-w-0 max-sm:order-5 max-sm:col-span-3", text === "" && "max-sm:hidden")}
        >
          <Translator />
        </span>
        <span className="ml-auto text-xs text-faint max-md:hidden" aria-hidden="true">
          <Fill
            text={m.keysOfTheField}
            enter={<Kbd>{m.keyEnter}</Kbd>}
            shift={<Kbd>{m.keyShiftEnter}</Kbd>}
          />
        </span>
        <Button
          type="submit"
          tone="primary"
          disabled={busy || text.trim() === ""}
          className="max-md:ml-auto max-sm:order-3 max-sm:ml-1 max-sm:px-2.5"
        >
          <span className="max-sm:sr-only">{m.send}</span>
          <ArrowUp size={14} aria-hidden="true" />
        </Button>
      </div>
    </form>
  );
}
