import { clsx } from "clsx";
import { useEffect } from "react";
import { Link } from "@/lib/router";
import { type Toast, useUi } from "@/lib/ui-store";
import { app as m } from "@/messages/app";

const SHOWN = 6000;

/** Short notes at the lower left, where no button stands; an error stays until it is closed. */
export function Toasts() {
  const toasts = useUi((ui) => ui.toasts);
  return (
    <section
      aria-label={m.notes}
      aria-live="polite"
      className="pointer-events-none fixed bottom-4 left-4 z-30 flex w-[300px] max-w-[calc(100vw-32px)] flex-col gap-2 max-sm:top-16 max-sm:bottom-auto"
    >
      {toasts.map((toast) => (
        <Note key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Note({ toast: { id, text, tone, link } }: { toast: Toast }) {
  const dismiss = useUi((ui) => ui.dismiss);
  useEffect(() => {
    if (tone === "bad") return;
    const timer = setTimeout(() => dismiss(id), SHOWN);
    return () => clearTimeout(timer);
  }, [id, tone, dismiss]);
  return (
    <div
      className={clsx(
        "pointer-events-auto flex items-start gap-3 rounded-card border bg-surface py-2.5 pr-2 pl-3.5 shadow-card",
        tone === "bad" ? "border-bad-line" : "border-line",
      )}
    >
      <p className="min-w-0 flex-1 break-words">
        {text}{" "}
        {link && (
          <Link to={link.to} onClick={() => dismiss(id)} className="font-medium text-primary">
            {link.label}
          </Link>
        )}
      </p>
      <button
        type="button"
        onClick={() => dismiss(id)}
        className="rounded px-1.5 text-sm text-muted hover:text-text"
      >
        {m.close}
      </button>
    </div>
  );
}
