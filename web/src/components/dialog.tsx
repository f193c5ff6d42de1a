import X from "lucide-react/icons/x";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { components as m } from "@/messages/components";
import { IconButton } from "./button";

interface Props {
  title: string;
  onClose: () => void;
  /** For something that is read or written in lines. */
  wide?: boolean;
  children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus, closes on Escape and needs no library. */
export function Dialog({ title, onClose, wide = false, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      className={`m-auto ${wide ? "w-[960px]" : "w-[420px]"} max-w-[calc(100vw-32px)] rounded-card border border-line bg-surface p-5 shadow-card backdrop:bg-black/40`}
    >
      <div className="mb-3 flex items-start justify-between gap-4">
        <h2 id={heading} className="text-lg font-semibold">
          {title}
        </h2>
        <IconButton label={m.close} onClick={onClose} className="-mt-1.5 -mr-2">
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      {children}
    </dialog>
  );
}
