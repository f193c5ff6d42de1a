import { clsx } from "clsx";
import Check from "lucide-react/icons/check";
import { type KeyboardEvent, useId, useState } from "react";
import { components as m } from "@/messages/components";

export interface Option {
  value: string;
  label: string;
  note?: string;
}

interface Props {
  label: string;
  options: Option[];
  value: string | null;
  onPick: (value: string) => void;
  /** A sentence under the list, such as what picking does. */
  hint?: string;
  /** Lets a name be used that is not in the list. */
  free?: boolean;
}

/** A list that can be searched, for cluster and namespace. */
export default function Picker({ label, options, value, onPick, hint, free }: Props) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useId();
  const wanted = text.trim().toLowerCase();
  const shown = options.filter((option) => option.label.toLowerCase().includes(wanted)).slice(0, 200);
  const exact = options.some((option) => option.value === text.trim());
  if (free && wanted !== "" && !exact) shown.push({ value: text.trim(), label: m.takeIt(text.trim()) });
  const at = Math.min(active, shown.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(at + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(at - 1, 0));
    else if (event.key === "Enter" && shown[at]) onPick(shown[at].value);
    else return;
    event.preventDefault();
  };

  return (
    <div className="w-64">
      <input
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={shown[at] ? `${list}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={label}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="mb-1.5 w-full rounded-lg border border-line bg-surface px-2.5 py-1.5"
      />
      <div role="listbox" id={list} aria-label={label} className="max-h-72 overflow-auto">
        {shown.map((option, i) => (
          // The keyboard works in the input above, as a combobox should.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          <div
            key={option.value}
            id={`${list}-${i}`}
            role="option"
            aria-selected={option.value === value}
            onClick={() => onPick(option.value)}
            onPointerMove={() => setActive(i)}
            className={clsx(
              "flex cursor-pointer items-center gap-2 rounded-lg px-2.5 py-1.5",
              i === at && "bg-sunken",
            )}
          >
            <span className="min-w-0 break-words">{option.label}</span>
            {option.note && <span className="ml-auto shrink-0 text-xs text-muted">{option.note}</span>}
            {option.value === value && (
              <Check size={14} aria-hidden="true" className="ml-auto shrink-0 text-primary" />
            )}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="px-2.5 py-1.5 text-muted">{m.pickerEmpty}</p>}
      {hint && <p className="mt-1.5 border-t border-line2 px-2.5 pt-2 text-xs text-muted">{hint}</p>}
    </div>
  );
}
