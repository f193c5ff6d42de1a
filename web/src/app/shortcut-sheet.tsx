import { Dialog } from "@/components/dialog";
import { ShortcutList } from "@/components/shortcut-list";
import { app as m } from "@/messages/app";
import { SHORTCUTS } from "@/messages/shortcuts";

/** Every key, by where it works. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={m.keyboardShortcuts} onClose={onClose} wide>
      <ShortcutList groups={SHORTCUTS} />
    </Dialog>
  );
}
