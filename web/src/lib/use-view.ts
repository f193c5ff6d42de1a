import { useCallback, useSyncExternalStore } from "react";
import type { Scene } from "@/api/types";
import { type Request, type Shown, views } from "./live-views";
import { useWhere } from "./use-where";

const NOTHING: Shown = { waiting: true, view: null, tables: new Map(), error: null, at: null };

/** A scene of the present cluster, live. Nothing is asked while the cluster is not known. */
export function useView(scene: Scene | null): Shown {
  const { cluster } = useWhere();
  const key = scene && cluster ? JSON.stringify({ ...scene, cluster: cluster.id }) : null;
  const subscribe = useCallback(
    (listener: () => void) =>
      key === null ? () => undefined : views.subscribe(JSON.parse(key) as Request, listener),
    [key],
  );
  return useSyncExternalStore(subscribe, () =>
    key === null ? NOTHING : views.of(JSON.parse(key) as Request).shown,
  );
}
