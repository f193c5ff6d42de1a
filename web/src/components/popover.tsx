import { lazy, type ReactNode, type RefObject, Suspense, useRef, useState } from "react";

const load = () => import("./popover-content");
const PopoverContent = lazy(load);

export interface TriggerProps {
  ref: RefObject<HTMLButtonElement | null>;
  "aria-expanded": boolean;
  "aria-haspopup": "dialog";
  onClick: () => void;
  onPointerEnter: () => void;
  onFocus: () => void;
}

interface Props {
  /** What the panel is for; its accessible name. */
  label: string;
  trigger: (props: TriggerProps) => ReactNode;
  children: (close: () => void) => ReactNode;
  align?: "start" | "end";
}

/** A panel at its button. The code that places it arrives when the button is about to be used. */
export function Popover({ label, trigger, children, align = "start" }: Props) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);
  const preload = () => void load();
  return (
    <>
      {trigger({
        ref: anchor,
        "aria-expanded": open,
        "aria-haspopup": "dialog",
        onClick: () => setOpen(!open),
        onPointerEnter: preload,
        onFocus: preload,
      })}
      {open && (
        <Suspense fallback={null}>
          <PopoverContent anchor={anchor} label={label} align={align} onClose={close}>
            {children(close)}
          </PopoverContent>
        </Suspense>
      )}
    </>
  );
}
