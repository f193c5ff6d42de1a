import { useMemo } from "react";
import type { LineView } from "@/api/types";
import DataTable from "@/components/data-table";
import { Empty, Panel } from "@/components/panel";
import { monitor as m } from "@/messages/monitor";

/** The newest warnings first. */
export function Warnings({ answer }: { answer: LineView | undefined }) {
  const rows = useMemo(() => (answer?.rows ?? []).map(({ cells }) => ({ cells })).reverse(), [answer]);
  return (
    <Panel title={m.warnings} className="mt-5">
      {answer?.error && <Empty title={m.eventsFailed}>{answer.error.message}</Empty>}
      {answer && !answer.error && rows.length === 0 && <Empty title={m.none}>{m.eventsNoneAbout}</Empty>}
      {answer && rows.length > 0 && (
        <div className="pt-2">
          <DataTable label={m.warnings} columns={answer.columns} rows={rows} />
        </div>
      )}
    </Panel>
  );
}
