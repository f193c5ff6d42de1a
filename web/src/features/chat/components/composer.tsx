import ArrowUp from "lucide-react/icons/arrow-up";
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Kbd } from "@/components/kbd";
import { useUi } from "@/lib/ui-store";

interface Props {
  busy: boolean;
  namespace: string | null;
  practice: boolean;
  lastText: string | null;
  onSend: (text: string) => void;
}

const LABEL = "Say what you want, or paste a kubectl command";

export function Composer({ busy, namespace, practice, lastText, onSend }: Props) {
  const { text, revision } = useUi((ui) => ui.draft);
  const setDraft = useUi((ui) => ui.setDraft);
  const input = useRef<HTMLTextAreaElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the request for focus.
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
  }, [revision]);

  const send = () => {
    const words = text.trim();
    if (words === "" || busy) return;
    setDraft("");
    onSend(words);
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
      className="rounded-card border border-line bg-surface px-3.5 pt-3 pb-2.5 shadow-card focus-within:border-primary"
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
        className="field-sizing-content max-h-48 w-full resize-none bg-transparent outline-none max-sm:text-[16px]"
      />
      <div className="mt-1.5 flex items-center gap-2">
        {practice && <Badge tone="practice">practice</Badge>}
        {namespace && (
          <span className="max-w-[50%] truncate rounded-full border border-line px-2.5 text-xs leading-5 text-muted">
            {namespace}
          </span>
        )}
        <span className="ml-auto text-xs text-faint max-sm:hidden" aria-hidden="true">
          <Kbd>Enter</Kbd> sends, <Kbd>Shift Enter</Kbd> starts a line
        </span>
        <Button type="submit" tone="primary" disabled={busy || text.trim() === ""} className="max-sm:ml-auto">
          Send
          <ArrowUp size={14} aria-hidden="true" />
        </Button>
      </div>
    </form>
  );
}
