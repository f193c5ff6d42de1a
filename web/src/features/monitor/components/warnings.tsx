import { useMemo } from "react";
import type { LineView } from "@/api/types";
import DataTable from "@/components/data-table";
import { Empty, Panel } from "@/components/panel";

/** The newest warnings first. */
export function Warnings({ answer }: { answer: LineView | undefined }) {
  const rows = useMemo(() => (answer?.rows ?? []).map(({ cells }) => ({ cells })).reverse(), [answer]);
  return (
    <Panel title="Warnings" className="mt-5">
      {answer?.error && <Empty title="The events can't be shown">{answer.error.message}</Empty>}
      {answer && !answer.error && rows.length === 0 && (
        <Empty title="None">Kubernetes keeps events for an hour.</Empty>
      )}
      {answer && rows.length > 0 && (
        <div className="pt-2">
          <DataTable label="Warnings" columns={answer.columns} rows={rows} />
        </div>
      )}
    </Panel>
  );
}
