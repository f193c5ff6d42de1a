import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { modelsSettings as m } from "@/messages/models-settings";
import type { FieldChange } from "../model-draft";

interface Props {
  changes: FieldChange[];
  keys: Record<string, string | null>;
  onSave: () => void;
  onClose: () => void;
}

/** A value as it stands in the file. */
function shown(value: unknown): string {
  if (value === null) return m.nothing;
  if (Array.isArray(value)) return value.join(", ") || m.nothing;
  return typeof value === "boolean" ? (value ? m.on : m.off) : String(value);
}

/** What a change would change, before it is saved. */
export function ModelsReview({ changes, keys, onSave, onClose }: Props) {
  const rows = [
    ...changes.map(({ field, before, after }) => ({ field, before: shown(before), after: shown(after) })),
    ...Object.entries(keys).map(([name, key]) => ({
      field: `provider.${name}.key`,
      before: "",
      after: key === null ? m.keyTakenAway : m.keyNew,
    })),
  ];
  return (
    <Dialog title={m.reviewTitle} onClose={onClose} wide>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard. */}
      <div className="max-h-[60vh] overflow-auto" tabIndex={0} role="group" aria-label={m.reviewTitle}>
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line2 text-left text-muted">
              <th scope="col" className="py-1.5 pr-4 font-medium">
                {m.setting}
              </th>
              <th scope="col" className="py-1.5 pr-4 font-medium">
                {m.before}
              </th>
              <th scope="col" className="py-1.5 font-medium">
                {m.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ field, before, after }) => (
              <tr key={field} className="border-b border-line2 align-top last:border-b-0">
                <th scope="row" className="mono py-1.5 pr-4 text-left font-normal break-all">
                  {field}
                </th>
                <td className="py-1.5 pr-4 break-all text-muted">{before}</td>
                <td className="py-1.5 break-all">{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-3 text-sm text-muted">{m.reviewAbout}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button tone="primary" onClick={onSave}>
          {m.save}
        </Button>
        <Button onClick={onClose}>{m.cancel}</Button>
      </div>
    </Dialog>
  );
}
