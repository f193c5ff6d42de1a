import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { lazy, Suspense } from "react";
import { healthOptions } from "@/api/get-health";
import { Dot } from "@/components/badge";
import { Popover } from "@/components/popover";
import { isProduction } from "@/lib/production";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { app as m } from "@/messages/app";

// What opens from a button comes when the button is used.
const Picker = lazy(() => import("@/components/picker"));
const NamespacePicker = lazy(() => import("./namespace-picker"));

const PART = "flex h-[34px] min-w-0 items-center gap-2 px-3 font-medium hover:bg-sunken";

/** Where the words go: always in view. */
export function ClusterSwitch() {
  const { clusters, cluster, namespace, session } = useWhere();
  const setWhere = useUi((ui) => ui.setWhere);
  const words = useUi((ui) => ui.preferences.production);
  const { data: health } = useQuery({ ...healthOptions(cluster?.id ?? ""), enabled: cluster !== null });
  if (!cluster) return <div key="unknown" className="skeleton h-[34px] w-40" aria-hidden="true" />;

  const pickCluster = (id: string) => {
    setWhere(id, null);
    if (session && id !== cluster.id) navigate("/chat");
  };
  const name = cluster.practice ? "practice" : cluster.context;
  const production = !cluster.practice && isProduction(cluster.context, words);
  const down = health?.ready === false;
  return (
    <div
      className={clsx(
        "flex min-w-0 overflow-hidden rounded-lg border",
        cluster.practice ? "border-practice/40" : production ? "border-text" : "border-line",
      )}
    >
      <Popover
        label={m.chooseACluster}
        align="end"
        trigger={(props) => (
          <button
            type="button"
            {...props}
            className={clsx(
              PART,
              cluster.practice && "bg-practice-soft text-practice",
              production && "bg-text text-bg hover:bg-text",
            )}
          >
            <Dot tone={down ? "bad" : cluster.practice ? "practice" : "ok"} />
            <span className="sr-only">{m.cluster} </span>
            <span className="max-w-[10rem] truncate max-sm:max-w-[5.5rem]">{name}</span>
            {production && <span className="text-xs font-normal max-sm:sr-only">{m.production}</span>}
            {down && <span className="text-bad max-lg:sr-only">{m.notReachable}</span>}
          </button>
        )}
      >
        {(close) => (
          <Suspense fallback={null}>
            <Picker
              label={m.findACluster}
              value={cluster.id}
              options={clusters.map((one) => ({
                value: one.id,
                label: one.context,
                note: one.practice ? "practice" : (one.version ?? undefined),
              }))}
              onPick={(id) => {
                pickCluster(id);
                close();
              }}
              hint={m.clusterSwitchHint}
            />
          </Suspense>
        )}
      </Popover>
      <Popover
        label={m.chooseANamespace}
        align="end"
        trigger={(props) => (
          <button type="button" {...props} className={clsx(PART, "border-l border-line")}>
            <span className="font-normal text-faint max-sm:sr-only">{m.namespace} </span>
            <span className="max-w-[12rem] truncate max-sm:max-w-[5.5rem]">{namespace}</span>
          </button>
        )}
      >
        {(close) => (
          <Suspense fallback={null}>
            <NamespacePicker cluster={cluster.id} value={namespace} onDone={close} />
          </Suspense>
        )}
      </Popover>
    </div>
  );
}
