import { useQuery, useQueryClient } from "@tanstack/react-query";
import { clsx } from "clsx";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { kindsOptions } from "@/api/get-kinds";
import { namespacesOptions } from "@/api/get-namespaces";
import { sessionsOptions } from "@/api/get-sessions";
import { Kbd } from "@/components/kbd";
import { best } from "@/lib/fuzzy";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { app as m } from "@/messages/app";
import { type Action, actions } from "./palette-actions";

const MOST = 9;

/** Finds or does anything; what fits nothing is asked in the chat. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useId();
  const all = useActions();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const wanted = text.trim();
  const found = useMemo(
    () => best(wanted, all, ({ label, note, group }) => `${label} ${note ?? ""} ${group}`, MOST),
    [wanted, all],
  );
  const shown = wanted === "" ? found : [...found, askAction(wanted)];
  const at = Math.min(active, shown.length - 1);
  const run = (action: Action | undefined) => {
    if (!action) return;
    onClose();
    action.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((at + 1) % shown.length);
    else if (event.key === "ArrowUp") setActive((at + shown.length - 1) % shown.length);
    else if (event.key === "Enter") run(shown[at]);
    else return;
    event.preventDefault();
  };
  return (
    // A click on what lies behind closes it, as Escape does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own.
    <dialog
      ref={dialog}
      aria-label={m.findOrDoAnything}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="mx-auto mt-[12vh] mb-auto w-[600px] max-w-[calc(100vw-32px)] overflow-hidden rounded-card border border-line bg-surface p-0 shadow-card backdrop:bg-black/40"
    >
      <input
        role="combobox"
        aria-label={m.findOrDoAnything}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={`${list}-${at}`}
        autoComplete="off"
        spellCheck={false}
        placeholder={m.paletteHint}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="w-full border-b border-line2 bg-transparent px-4 py-3.5 text-lg outline-none"
      />
      <div role="listbox" id={list} aria-label={m.found} className="max-h-[52vh] overflow-auto p-2">
        {shown.map((action, i) => (
          // The keyboard works in the input above, as a combobox should.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          <div
            key={action.id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === at}
            onClick={() => run(action)}
            onPointerMove={() => setActive(i)}
            className={clsx("flex items-center gap-3 rounded-lg px-3 py-2", i === at && "bg-primary-soft")}
          >
            <span className="min-w-0 truncate">{action.label}</span>
            {action.note && <span className="min-w-0 truncate text-sm text-muted">{action.note}</span>}
            <span className="ml-auto shrink-0 text-xs text-muted">{action.group}</span>
          </div>
        ))}
      </div>
      <p className="flex gap-4 border-t border-line2 px-4 py-2 text-xs text-muted max-sm:hidden">
        <span>
          <Kbd>↑</Kbd> <Kbd>↓</Kbd> {m.choose}
        </span>
        <span>
          <Kbd>{m.keyEnter}</Kbd> {m.goesThere}
        </span>
        <span>
          <Kbd>{m.keyEsc}</Kbd> {m.closes}
        </span>
      </p>
    </dialog>
  );
}

function askAction(text: string): Action {
  return {
    id: "ask",
    group: m.chat,
    label: m.ask(text),
    run: () => void import("@/lib/ask").then(({ ask }) => ask(text)),
  };
}

function useActions(): Action[] {
  const { cluster, clusters } = useWhere();
  const client = useQueryClient();
  const enabled = cluster !== null;
  const id = cluster?.id ?? "";
  const { data: kinds = [] } = useQuery({ ...kindsOptions(id), enabled });
  const { data: namespaces } = useQuery({ ...namespacesOptions(id), enabled });
  const { data: sessions = [] } = useQuery(sessionsOptions);
  const setWhere = useUi((ui) => ui.setWhere);
  return useMemo(
    () =>
      actions({ client, cluster, clusters, kinds, namespaces: namespaces?.names ?? [], sessions, setWhere }),
    [client, cluster, clusters, kinds, namespaces, sessions, setWhere],
  );
}
