import { Popover as Radix } from "radix-ui";
import type { ReactNode, RefObject } from "react";

interface Props {
  anchor: RefObject<HTMLButtonElement | null>;
  label: string;
  align: "start" | "end";
  onClose: () => void;
  children: ReactNode;
}

export default function PopoverContent({ anchor, label, align, onClose, children }: Props) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={anchor as RefObject<HTMLButtonElement>} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          // The button itself closes what it opened; closing here too would open it again.
          onInteractOutside={(event) => {
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className="z-40 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] overflow-auto rounded-card border border-line bg-surface p-2 shadow-card outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
