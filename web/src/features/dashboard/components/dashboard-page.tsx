import { useQuery } from "@tanstack/react-query";
import { meOptions } from "@/api/get-me";
import { Page, PageHeading } from "@/components/page";
import { useWhere } from "@/lib/use-where";
import { dashboard as m } from "@/messages/dashboard";
import { AuditState } from "./audit-state";
import { Health } from "./health";
import { Recent } from "./recent";
import { Waiting } from "./waiting";

/** What waits for me, how the cluster is, what was asked lately, and whether the log is whole. */
export default function DashboardPage() {
  const { data: me } = useQuery(meOptions);
  const { cluster } = useWhere();
  return (
    <Page wide>
      <PageHeading
        title={m.dashboard}
        about={me && cluster ? m.inAs(me.user, cluster.context, cluster.runs_as ?? m.nobody) : undefined}
      />
      <div className="grid grid-cols-[1.55fr_1fr] items-start gap-5 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-5">
          <Waiting />
          <Health />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <AuditState />
          <Recent />
        </div>
      </div>
    </Page>
  );
}
