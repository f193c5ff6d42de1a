import { clsx } from "clsx";
import { monitor as m } from "@/messages/monitor";

interface Props {
  namespace: string | null;
  everywhere: boolean;
  onChange: (everywhere: boolean) => void;
}

/** One namespace, or all of them. */
export function ScopeSwitch({ namespace, everywhere, onChange }: Props) {
  const part = (label: string, all: boolean) => (
    <button
      type="button"
      aria-pressed={all === everywhere}
      onClick={() => onChange(all)}
      className={clsx(
        "max-w-48 truncate rounded-md px-2.5 py-1 text-sm",
        all === everywhere ? "bg-surface font-medium shadow-card" : "text-muted hover:text-text",
      )}
    >
      {label}
    </button>
  );
  return (
    <div role="group" aria-label={m.scope} className="flex rounded-lg bg-line2 p-0.5">
      {part(m.everyNamespace, true)}
      {part(namespace ?? "default", false)}
    </div>
  );
}
