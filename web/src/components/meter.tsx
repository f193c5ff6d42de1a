import { clsx } from "clsx";

/** How much of something is used; amber from 80, red from 95 percent. The number always stands beside it. */
export function Meter({ label, percent }: { label: string; percent: number | null }) {
  if (percent === null) return <span className="text-muted">–</span>;
  const shown = Math.max(0, Math.min(100, percent));
  return (
    <span className="flex items-center gap-2.5">
      <span
        role="meter"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-line"
      >
        <span
          className={clsx(
            "block h-full rounded-full",
            percent >= 95 ? "bg-bad" : percent >= 80 ? "bg-warn" : "bg-primary",
          )}
          style={{ width: `${shown}%` }}
        />
      </span>
      <span className="num w-10 shrink-0 text-sm text-muted">{percent} %</span>
    </span>
  );
}
