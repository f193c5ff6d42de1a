import { useQuery } from "@tanstack/react-query";
import { checkpointOptions } from "@/api/get-checkpoint";
import { readyOptions } from "@/api/get-ready";
import { Dot } from "@/components/badge";
import { Panel } from "@/components/panel";
import { Skeleton } from "@/components/skeleton";
import { count, shortHash } from "@/lib/format";
import { Link } from "@/lib/router";
import { dashboard as m } from "@/messages/dashboard";

/** Whether evidence is taken, and how much there is. */
export function AuditState() {
  const { data: checkpoint, isError } = useQuery(checkpointOptions);
  const { data: ready } = useQuery(readyOptions);
  const stopped = ready?.status.startsWith("The audit log stopped") ?? false;
  return (
    <Panel
      title={m.auditLog}
      aside={
        <Link to="/audit" className="font-medium text-primary">
          {m.records}
        </Link>
      }
    >
      <div className="px-4 py-3">
        <p className="flex items-center gap-2">
          <Dot tone={stopped || isError ? "bad" : "ok"} />
          {stopped ? ready?.status : isError ? m.auditUnknown : m.auditGood}
        </p>
        {checkpoint ? (
          <p className="mt-0.5 pl-[15px] text-sm text-muted" title={checkpoint.root}>
            {count(checkpoint.size)} {m.auditSize} <span className="mono">{shortHash(checkpoint.root)}</span>
          </p>
        ) : (
          !isError && <Skeleton className="mt-1.5 w-48" />
        )}
      </div>
    </Panel>
  );
}
