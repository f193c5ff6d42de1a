import { clsx } from "clsx";

interface Props {
  label: string;
  /** Shown while it is empty; the label where nothing shorter says it. */
  hint?: string;
  value: string;
  onChange: (text: string) => void;
  /** Inside the bar of a document. */
  small?: boolean;
  className?: string;
}

/** A field that finds or filters while one types. */
export function SearchField({ label, hint = label, value, onChange, small = false, className }: Props) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={hint}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={clsx(
        "border border-line bg-surface",
        small ? "h-7 rounded-md px-2 text-sm text-text" : "h-[34px] rounded-lg px-2.5",
        className,
      )}
    />
  );
}
