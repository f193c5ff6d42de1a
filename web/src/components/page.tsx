import { clsx } from "clsx";
import type { ReactNode } from "react";

/** A page that scrolls as a whole. */
export function Page({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <main id="main" className="relative min-h-0 flex-1 overflow-auto">
      <div
        className={clsx(
          "mx-auto w-full px-8 py-6 max-sm:px-3 max-sm:py-4",
          wide ? "max-w-[1400px]" : "max-w-[960px]",
        )}
      >
        {children}
      </div>
    </main>
  );
}

interface HeadingProps {
  title: ReactNode;
  /** What one line more has to say; null where that is not known yet. */
  about?: ReactNode;
  children?: ReactNode;
}

/** The head of a page: what it is, how it stands, and what can be done with all of it. */
export function PageHeading({ title, about, children }: HeadingProps) {
  return (
    <div className="mb-5 flex flex-wrap items-start gap-x-3 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
        {about !== undefined && <p className="min-h-[21px] text-muted">{about}</p>}
      </div>
      {children && (
        <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0 max-sm:w-full">{children}</div>
      )}
    </div>
  );
}
