import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { kindsOptions } from "@/api/get-kinds";
import { Popover } from "@/components/popover";
import { qualified } from "@/lib/addresses";
import { kindTitle } from "@/lib/kinds";
import { navigate } from "@/lib/router";
import { useWhere } from "@/lib/use-where";
import { monitor as m } from "@/messages/monitor";

const Picker = lazy(() => import("@/components/picker"));

/** Another kind, where the side bar has no room. */
export function KindPicker({ current }: { current: string }) {
  const { cluster } = useWhere();
  const { data: kinds = [] } = useQuery({ ...kindsOptions(cluster?.id ?? ""), enabled: cluster !== null });
  return (
    <span className="lg:hidden">
      <Popover
        label={m.chooseAKind}
        trigger={(props) => (
          <button
            type="button"
            {...props}
            className="h-[34px] rounded-lg border border-line bg-surface px-3 font-medium"
          >
            {m.otherKind}
          </button>
        )}
      >
        {(close) => (
          <Suspense fallback={null}>
            <Picker
              label={m.findAKind}
              value={current}
              options={kinds.map((kind) => ({
                value: qualified(kind.resource, kind.group),
                label: kindTitle(kind),
                note: kind.group || undefined,
              }))}
              onPick={(resource) => {
                navigate(`/monitor/kinds/${resource}`);
                close();
              }}
            />
          </Suspense>
        )}
      </Popover>
    </span>
  );
}
