import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { meOptions } from "@/api/get-me";
import { newestOptions } from "@/api/get-newest";
import { Page, PageHeading } from "@/components/page";
import { Skeleton } from "@/components/skeleton";
import { useUi } from "@/lib/ui-store";
import { useView } from "@/lib/use-view";
import { useWhere } from "@/lib/use-where";
import { dashboard as m } from "@/messages/dashboard";
import { AuditState } from "./audit-state";
import { HEALTH, Health } from "./health";
import { Recent } from "./recent";
import { Waiting } from "./waiting";

/** What waits for me, how the cluster is, what was asked lately, and whether the log is whole. */
export default function DashboardPage() {
  const { data: me } = useQuery(meOptions);
  const { cluster } = useWhere();
  // What stands below something takes its place when that has its height: nothing moves under a finger.
  const { isPending } = useQuery(newestOptions);
  const { waiting } = useView(HEALTH);
  const reading = useUi(({ connection }) => connection === "connecting" || connection === "live") && waiting;
  return (
    <Page wide>
      <PageHeading title={m.dashboard} about={m.about}>
        <p className="min-h-[21px] truncate text-muted">
          {me && cluster && m.inAs(me.user, cluster.context, cluster.runs_as ?? m.nobody)}
        </p>
      </PageHeading>
      <div className="grid grid-cols-[1.55fr_1fr] items-start gap-5 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-5">
          <Waiting />
          {isPending ? <Skeleton className="h-64 rounded-card" /> : <Health />}
        </div>
        <div className={clsx("flex min-w-0 flex-col gap-5", (isPending || reading) && "max-lg:hidden")}>
          <AuditState />
          <Recent />
        </div>
      </div>
    </Page>
  );
}
