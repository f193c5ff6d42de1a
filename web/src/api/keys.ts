export const keys = {
  clusters: ["clusters"] as const,
  health: (cluster: string) => ["clusters", cluster, "health"] as const,
  namespaces: (cluster: string) => ["clusters", cluster, "namespaces"] as const,
  sessions: ["sessions"] as const,
  queries: (session: string) => ["sessions", session, "queries"] as const,
};
