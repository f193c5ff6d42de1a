import { Fragment, type ReactNode } from "react";
import { components as m } from "@/messages/components";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-[5px] border border-b-2 border-line bg-surface px-1.5 font-mono text-[11px] font-medium whitespace-nowrap text-muted">
      {children}
    </kbd>
  );
}

/** Keys that are pressed one after the other. */
export function Keys({ press }: { press: string[] }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      {press.map((key, i) => (
        <Fragment key={key}>
          {i > 0 && <span className="text-xs text-muted">{m.andThen}</span>}
          <Kbd>{key}</Kbd>
        </Fragment>
      ))}
    </span>
  );
}
