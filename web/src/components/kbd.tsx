import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-[5px] border border-b-2 border-line bg-surface px-1.5 font-mono text-[11px] font-medium text-muted">
      {children}
    </kbd>
  );
}
