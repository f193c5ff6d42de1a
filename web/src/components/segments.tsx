import { clsx } from "clsx";

interface Props<T> {
  label: string;
  value: T;
  options: (readonly [value: T, word: string])[];
  onChange: (value: T) => void;
}

/** One of a few, all of them in view. */
export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-lg bg-line2 p-0.5">
      {options.map(([one, word]) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === value}
          onClick={() => onChange(one)}
          className={clsx(
            "max-w-48 truncate rounded-md px-2.5 py-1 text-sm",
            one === value ? "bg-surface font-medium shadow-card" : "text-muted hover:text-text",
          )}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
