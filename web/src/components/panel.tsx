import { clsx } from "clsx";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What stands at the right of the title. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A card with a title. */
export function Panel({ title, aside, className, children }: Props) {
  return (
    <section
      aria-label={title}
      className={clsx("overflow-hidden rounded-card border border-line bg-surface shadow-card", className)}
    >
      <div className="flex min-h-11 items-center gap-3 border-b border-line2 px-4 py-2">
        <h2 className="font-semibold">{title}</h2>
        {aside && <div className="ml-auto text-sm">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** What a place without content says, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="px-4 py-5">
      <p className="font-medium">{title}</p>
      {children && <div className="mt-0.5 text-muted">{children}</div>}
    </div>
  );
}
