import { useQuery } from "@tanstack/react-query";
import { meOptions } from "@/api/get-me";
import { Badge } from "@/components/badge";
import { Panel } from "@/components/panel";
import { SkeletonList } from "@/components/skeleton";
import { useWhere } from "@/lib/use-where";
import { settings as m } from "@/messages/settings";
import { Setting } from "./setting";

/** Who one is, here and in each cluster. */
export function Profile() {
  const { data: me } = useQuery(meOptions);
  const { clusters } = useWhere();
  if (!me) return <SkeletonList label={m.profileLoading} rows={3} className="h-12" />;
  return (
    <>
      <Panel title={m.you}>
        <Setting title={me.user} about={me.admin ? m.adminAbout : m.userAbout}>
          {me.admin && <Badge tone="plain">{m.administrator}</Badge>}
        </Setting>
        <Setting title={m.password} about={me.password_set ? m.passwordSet : m.passwordNone}>
          {null}
        </Setting>
        <Setting title={m.thisLogin} about={m.loginAbout}>
          {null}
        </Setting>
      </Panel>
      <Panel title={m.clustersTitle}>
        {clusters.map((cluster) => (
          <Setting
            key={cluster.id}
            title={cluster.context}
            about={
              cluster.runs_as
                ? m.runsAs(cluster.runs_as, cluster.identity === "own" ? m.asKubeconfig : "")
                : m.clusterNobody
            }
          >
            {cluster.practice && <Badge tone="practice">{m.practice}</Badge>}
          </Setting>
        ))}
      </Panel>
    </>
  );
}
