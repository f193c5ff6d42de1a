import { Dialog } from "@/components/dialog";
import { Keys } from "@/components/kbd";
import { app as m } from "@/messages/app";
import { SHORTCUTS } from "@/messages/shortcuts";

/** Every key, by where it works. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={m.keyboardShortcuts} onClose={onClose} wide>
      <div className="grid grid-cols-2 gap-x-10 gap-y-6 max-sm:grid-cols-1">
        {SHORTCUTS.map(({ where, keys }) => (
          <section key={where} aria-label={where}>
            <h3 className="mb-2 text-xs font-semibold text-faint">{where}</h3>
            <dl className="grid gap-y-2">
              {keys.map(({ press, does }) => (
                <div key={does} className="flex items-baseline gap-4">
                  <dt className="w-24 shrink-0">
                    <Keys press={press} />
                  </dt>
                  <dd className="text-muted">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
