import { clsx } from "clsx";
import { Link } from "@/lib/router";

export interface Tab {
  id: string;
  title: string;
  to: string;
  count?: number;
}

/** Parts of one page, each with an address of its own. */
export function Tabs({ label, tabs, current }: { label: string; tabs: Tab[]; current: string }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto max-sm:gap-0 border-b border-line">
      {tabs.map(({ id, title, to, count }) => (
        <Link
          key={id}
          to={to}
          aria-current={id === current ? "page" : undefined}
          className={clsx(
            "-mb-px border-b-2 px-3 py-2 font-medium whitespace-nowrap max-sm:px-2",
            id === current ? "border-primary text-primary" : "border-transparent text-muted hover:text-text",
          )}
        >
          {title}
          {count !== undefined && <span className="ml-1.5 font-normal text-muted tabular-nums">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}
