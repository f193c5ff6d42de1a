import type { Shortcut } from "@/messages/shortcuts";
import { Keys } from "./kbd";

/** Keys and what they do, by where they work. */
export function ShortcutList({ groups }: { groups: { where: string; keys: Shortcut[] }[] }) {
  return (
    <div className="grid grid-cols-2 gap-x-10 gap-y-6 max-sm:grid-cols-1">
      {groups.map(({ where, keys }) => (
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
  );
}
