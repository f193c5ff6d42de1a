import { useQuery } from "@tanstack/react-query";
import { kindsOptions } from "@/api/get-kinds";
import DataTable from "@/components/data-table";
import { PageHeading } from "@/components/page";
import { Skeleton } from "@/components/skeleton";
import { objectAddress, qualified } from "@/lib/addresses";
import { draft } from "@/lib/ask";
import { kindTitle } from "@/lib/kinds";
import { type LiveRow, rowId } from "@/lib/live-views";
import { navigate } from "@/lib/router";
import { useView } from "@/lib/use-view";
import { useWhere } from "@/lib/use-where";
import { monitor as m } from "@/messages/monitor";
import { KindPicker } from "./kind-picker";
import { Narrow } from "./narrow";
import { ScopeSwitch } from "./scope-switch";
import { Freshness, ViewError } from "./view-state";

interface Props {
  resource: string;
  everywhere: boolean;
  /** A label selector, or "". */
  labels: string;
}

/** Every object of a kind, live. */
export function Explorer({ resource, everywhere, labels }: Props) {
  const { cluster, namespace } = useWhere();
  const { data: kinds } = useQuery({ ...kindsOptions(cluster?.id ?? ""), enabled: cluster !== null });
  const kind = kinds?.find((one) => qualified(one.resource, one.group) === resource) ?? null;
  const place = kind?.namespaced ? (everywhere ? " -A" : namespace ? ` -n ${namespace}` : "") : "";
  const selected = labels === "" ? "" : ` -l '${labels.replaceAll("'", "")}'`;
  const line = `kubectl get ${resource}${place}${selected} -w`;
  const shown = useView(kind ? { scene: "lines", lines: [line] } : null);
  const table = shown.tables.get(0);
  const failed = shown.view?.answers[0]?.error ?? null;
  const title = kind ? kindTitle(kind) : resource;
  const open = ({ object }: LiveRow) => object && navigate(objectAddress(object));

  return (
    <main id="main" className="flex min-h-0 flex-col pt-6 max-sm:pt-4">
      <div className="px-8 max-sm:px-3">
        <PageHeading
          title={title}
          about={
            <span className="block truncate">
              {kind?.namespaced && m.placeThen(everywhere ? m.allNamespaces : (namespace ?? ""))}
              <Freshness shown={shown} />
            </span>
          }
        >
          <KindPicker current={resource} />
          {/* Until the kind is known its place is kept. */}
          {kind && !kind.namespaced ? null : (
            <ScopeSwitch
              namespace={namespace}
              everywhere={everywhere}
              onChange={(all) => navigate(address(resource, all, labels), { replace: true })}
            />
          )}
        </PageHeading>
      </div>
      {kinds && !kind && <Gone resource={resource} />}
      <div className="px-6 empty:hidden max-sm:px-3">
        <ViewError shown={failed ? { ...shown, error: failed } : shown} what={title} />
      </div>
      <Narrow
        table={table}
        labels={labels}
        onLabels={(wanted) => navigate(address(resource, everywhere, wanted))}
      />
      {!table && !shown.error && !failed && (kind || !kinds) && <Rows />}
      {table && (
        <div className="mx-8 mb-6 flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-surface pt-3 shadow-card max-sm:mx-0 max-sm:mb-0 max-sm:rounded-none max-sm:border-x-0">
          <DataTable<LiveRow>
            tall
            label={title}
            columns={table.columns}
            rows={table.rows}
            idOf={rowId}
            onOpen={open}
            empty={
              <>
                {m.noObjects(title.toLowerCase(), kind?.namespaced && !everywhere ? namespace : null)}{" "}
                <button
                  type="button"
                  className="font-medium text-primary"
                  onClick={() => draft(`create a ${kind?.kind.toLowerCase()} `)}
                >
                  {m.listCreate}
                </button>
              </>
            }
          />
        </div>
      )}
    </main>
  );
}

function address(resource: string, everywhere: boolean, labels: string): string {
  const search = [everywhere && "all", labels !== "" && `labels=${encodeURIComponent(labels)}`].filter(
    Boolean,
  );
  return `/monitor/kinds/${resource}${search.length > 0 ? `?${search.join("&")}` : ""}`;
}

function Rows() {
  return (
    <div role="status" className="flex flex-col gap-2 px-6 max-sm:px-3">
      <span className="sr-only">{m.listLoading}</span>
      {Array.from({ length: 12 }, (_, i) => (
        <Skeleton key={i} className="h-[26px] w-full" />
      ))}
    </div>
  );
}

function Gone({ resource }: { resource: string }) {
  return (
    <div className="px-6 max-sm:px-3">
      <p className="font-medium">{m.kindUnknown(resource)}</p>
      <p className="text-muted">{m.kindUnknownAbout}</p>
    </div>
  );
}
