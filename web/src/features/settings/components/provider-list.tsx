import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import Trash from "lucide-react/icons/trash-2";
import { useRef } from "react";
import { Button, IconButton } from "@/components/button";
import { Empty } from "@/components/panel";
import { models as words } from "@/messages/models";
import { modelsSettings as m } from "@/messages/models-settings";
import { type ModelDraft, moved } from "../model-draft";

interface Props {
  draft: ModelDraft;
  /** What is wrong, by field. */
  wrong: Record<string, string>;
  onOrder: (order: string[]) => void;
  onEdit: (name: string) => void;
  onRemove: (name: string) => void;
}

/** The providers: first those that are asked, in their order, then those that are chosen by name. */
export function ProviderList({ draft, wrong, onOrder, onEdit, onRemove }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const { order, provider } = draft.section;
  const others = Object.keys(provider).filter((name) => !order.includes(name));
  const names = [...order.filter((name) => name in provider), ...others];
  const move = (name: string, by: -1 | 1) => {
    onOrder(moved(order, name, by));
    // The button that was pressed may be at its end now; its row is still the place to go on from.
    requestAnimationFrame(() => {
      const row = list.current?.querySelector<HTMLElement>(`[data-provider="${CSS.escape(name)}"]`);
      const buttons = row?.querySelectorAll<HTMLButtonElement>("button[data-move]:not(:disabled)") ?? [];
      const wanted = [...buttons].find((button) => button.dataset.move === String(by)) ?? buttons[0];
      wanted?.focus();
    });
  };
  return (
    <div className="border-b border-line2">
      {names.length === 0 && <Empty title={words.noModels}>{m.noModelsHere}</Empty>}
      <ol ref={list} aria-label={m.providers}>
        {names.map((name) => {
          const at = order.indexOf(name);
          const reasons = Object.entries(wrong).filter(([field]) => field.startsWith(`provider.${name}.`));
          return (
            <li
              key={name}
              data-provider={name}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line2 px-4 py-2 last:border-b-0"
            >
              <span className="w-24 text-sm text-muted">
                {at < 0 ? words.byNameOnly : words.place(at + 1)}
              </span>
              <span className="min-w-0 flex-1 basis-40">
                <span className="block font-medium break-all">{name}</span>
                <span className="mono block break-all text-muted">{provider[name]?.model}</span>
              </span>
              <span className="ml-auto flex items-center">
                <IconButton
                  label={m.moveUp(name)}
                  data-move="-1"
                  disabled={at < 1}
                  onClick={() => move(name, -1)}
                >
                  <ArrowUp size={16} aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={m.moveDown(name)}
                  data-move="1"
                  disabled={at < 0 || at === order.length - 1}
                  onClick={() => move(name, 1)}
                >
                  <ArrowDown size={16} aria-hidden="true" />
                </IconButton>
                <Button className="mx-1" aria-label={m.editOne(name)} onClick={() => onEdit(name)}>
                  {m.edit}
                </Button>
                <IconButton label={m.removeOne(name)} onClick={() => onRemove(name)}>
                  <Trash size={16} aria-hidden="true" />
                </IconButton>
              </span>
              {reasons.map(([field, reason]) => (
                <p key={field} className="basis-full text-sm text-bad">
                  {reason}
                </p>
              ))}
            </li>
          );
        })}
      </ol>
      <div className="px-4 py-3">
        <Button onClick={() => onEdit("")}>{m.addProvider}</Button>
        {wrong.order && <p className="mt-1 text-sm text-bad">{wrong.order}</p>}
      </div>
    </div>
  );
}
