import { clsx } from "clsx";
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";

interface About {
  label: string;
  hint?: string;
  /** What is wrong with it, as a sentence. */
  wrong?: string;
}

const LOOKS = "h-9 w-full rounded-lg border bg-surface px-2.5 disabled:opacity-60";

interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  className: string;
}

/** A label above a control, and below it what there is to say of it. */
function Labelled({
  label,
  hint,
  wrong,
  children,
}: About & { children: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const said = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": said || undefined,
        "aria-invalid": wrong ? true : undefined,
        className: clsx(LOOKS, wrong ? "border-bad" : "border-line"),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs break-words text-muted">
          {hint}
        </p>
      )}
      {wrong && (
        <p id={`${id}-wrong`} className="text-sm break-words text-bad">
          {wrong}
        </p>
      )}
    </div>
  );
}

export function Field({ label, hint, wrong, ...rest }: About & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(control) => <input {...control} {...rest} />}
    </Labelled>
  );
}

type ChoiceProps = About &
  SelectHTMLAttributes<HTMLSelectElement> & { options: readonly (readonly [value: string, word: string])[] };

/** One of a few, where there is no room to show all of them. */
export function Choice({ label, hint, wrong, options, ...rest }: ChoiceProps) {
  return (
    <Labelled label={label} hint={hint} wrong={wrong}>
      {(control) => (
        <select {...control} {...rest}>
          {options.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
