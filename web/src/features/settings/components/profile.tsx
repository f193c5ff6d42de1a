import { useQuery } from "@tanstack/react-query";
import { meOptions } from "@/api/get-me";
import { Badge } from "@/components/badge";
import { Panel } from "@/components/panel";
import { SkeletonList } from "@/components/skeleton";
import { useWhere } from "@/lib/use-where";
import { Setting } from "./setting";

/** Who one is, here and in each cluster. */
export function Profile() {
  const { data: me } = useQuery(meOptions);
  const { clusters } = useWhere();
  if (!me) return <SkeletonList label="Loading your profile" rows={3} className="h-12" />;
  return (
    <>
      <Panel title="You">
        <Setting
          title={me.user}
          about={
            me.admin
              ? "Administrator of KubeChat. That gives no right in any cluster."
              : "What you may do in a cluster is decided there."
          }
        >
          {me.admin && <Badge tone="plain">Administrator</Badge>}
        </Setting>
        <Setting
          title="Password"
          about={
            me.password_set
              ? "Set. You change it in the menu at your name."
              : "None yet: you came in with a one-time code. You set one in the menu at your name."
          }
        >
          {null}
        </Setting>
        <Setting
          title="This login"
          about="It ends by itself after twelve hours, or when you log out. Its token is in a cookie that no script can read."
        >
          {null}
        </Setting>
      </Panel>
      <Panel title="Who you are in each cluster">
        {clusters.map((cluster) => (
          <Setting
            key={cluster.id}
            title={cluster.context}
            about={
              cluster.runs_as
                ? `Everything you do there is done as ${cluster.runs_as}${cluster.identity === "own" ? ", the kubeconfig's own user" : ""}.`
                : "You are nobody there. An administrator has to say who you are."
            }
          >
            {cluster.practice && <Badge tone="practice">practice</Badge>}
          </Setting>
        ))}
      </Panel>
    </>
  );
}
