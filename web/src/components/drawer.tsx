import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** The side bar of a narrow screen: a modal dialog at the left edge. */
export function Drawer({ label, onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // A click on what lies behind closes it, as Escape does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own.
    <dialog
      ref={ref}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className="m-0 h-dvh max-h-none w-[288px] max-w-[85vw] border-r border-line bg-bg p-3 backdrop:bg-black/40"
    >
      {children}
    </dialog>
  );
}
