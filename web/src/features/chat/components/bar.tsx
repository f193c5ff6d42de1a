import type { ReactNode } from "react";

/** The last line of a card, where its buttons stand. */
export function Bar({ children }: { children: ReactNode }) {
  return (
    <div className="border-t border-line2 bg-sunken/45 px-4 py-3 max-sm:px-3 max-sm:py-2">{children}</div>
  );
}
