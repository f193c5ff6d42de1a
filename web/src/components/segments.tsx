import { clsx } from "clsx";

interface Props<T> {
  label: string;
  value: T;
  options: (readonly [value: T, word: string])[];
  onChange: (value: T) => void;
  /** Each as wide as the others, whatever it says: for words that come later. */
  even?: boolean;
}

/** One of a few, all of them in view. */
export function Segments<T extends string>({ label, value, options, onChange, even = false }: Props<T>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-lg bg-line2 p-0.5">
      {options.map(([one, word]) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === value}
          title={even ? word : undefined}
          onClick={() => onChange(one)}
          className={clsx(
            "truncate rounded-md px-2.5 py-1 text-sm",
            even ? "h-[27.5px] w-30" : "max-w-48",
            one === value ? "bg-surface font-medium shadow-card" : "text-muted hover:text-text",
          )}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
