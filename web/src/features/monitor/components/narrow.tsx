import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { SearchField } from "@/components/search-field";
import { count } from "@/lib/format";
import type { LiveTable } from "@/lib/live-views";
import { monitor as m } from "@/messages/monitor";

interface Props {
  table: LiveTable | undefined;
  /** The label selector that is asked with. */
  labels: string;
  onLabels: (labels: string) => void;
}

/** Where a list is not whole: that it is not, and a way to ask the cluster for less. */
export function Narrow({ table, labels, onLabels }: Props) {
  const [text, setText] = useState(labels);
  const cut = table?.cut ?? null;
  if (!table || (!cut && labels === "")) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onLabels(text.trim());
  };
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 px-8 max-sm:px-3">
      <p role="status" className={cut ? "text-warn" : "text-muted"}>
        {cut
          ? cut.of === null
            ? m.cutList(count(table.rows.length))
            : m.cutListOf(count(table.rows.length), count(cut.of))
          : m.narrowedTo(labels)}
      </p>
      <form onSubmit={submit} className="flex min-w-0 gap-2 whitespace-nowrap">
        <SearchField
          label={m.labelSelector}
          hint={m.labelSelectorHint}
          value={text}
          onChange={setText}
          className="w-56 min-w-0 shrink"
        />
        <Button type="submit" disabled={text.trim() === labels}>
          {m.narrow}
        </Button>
        {labels !== "" && (
          <Button tone="quiet" onClick={() => onLabels("")}>
            {m.showAll}
          </Button>
        )}
      </form>
    </div>
  );
}
