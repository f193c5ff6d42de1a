import { useQuery } from "@tanstack/react-query";
import { clustersOptions } from "@/api/get-clusters";
import { sessionsOptions } from "@/api/get-sessions";
import type { Cluster, Session } from "@/api/types";
import { usePlace } from "./router";
import { useUi } from "./ui-store";

export function sessionIn(path: string): string | null {
  return /^\/chat\/([^/]+)$/.exec(path)?.[1] ?? null;
}

interface Where {
  sessionId: string | null;
  session: Session | null;
  clusters: Cluster[];
  cluster: Cluster | null;
  namespace: string | null;
}

/** Which cluster and namespace the next words go to: the conversation's, or those of the next one. */
export function useWhere(): Where {
  const { path, search } = usePlace();
  const sessionId = sessionIn(path);
  const { data: clusters = [] } = useQuery(clustersOptions);
  const { data: sessions = [] } = useQuery(sessionsOptions);
  const chosen = useUi((ui) => ui.cluster);
  const namespace = useUi((ui) => ui.namespace);
  const session = sessions.find((one) => one.id === sessionId) ?? null;
  const wanted = session?.cluster ?? search.get("cluster") ?? chosen;
  const cluster = clusters.find((one) => one.id === wanted || one.context === wanted) ?? clusters[0] ?? null;
  return {
    sessionId,
    session,
    clusters,
    cluster,
    namespace: session?.namespace ?? namespace ?? cluster?.default_namespace ?? null,
  };
}
