import { lazy, type ReactNode, Suspense } from "react";
import type { LineView, View } from "@/api/types";
import { Badge } from "@/components/badge";
import { statusTone } from "@/components/data-table-cell";
import { columnTitle } from "@/components/data-table-header";
import { Empty, Panel } from "@/components/panel";
import { Skeleton } from "@/components/skeleton";
import { Tabs } from "@/components/tabs";
import { objectAddress } from "@/lib/addresses";
import { cellText } from "@/lib/format";
import { Link } from "@/lib/router";
import { useView } from "@/lib/use-view";
import { monitor as m } from "@/messages/monitor";
import { ObjectActions } from "./object-actions";
import { Topology } from "./topology";
import { Freshness, Unknown, ViewError } from "./view-state";

const DataTable = lazy(() => import("@/components/data-table"));
const FoldView = lazy(() => import("@/components/fold-view"));
const TextView = lazy(() => import("@/components/text-view").then(({ TextView }) => ({ default: TextView })));

export interface Named {
  resource: string;
  kind: string;
  namespace: string | null;
  name: string;
}

const ROW = 0;
const YAML = 1;
const EVENTS = 2;
const DESCRIPTION = 3;

/** One object: how it is, what belongs to it, its YAML and events, and what can be asked about it. */
export function ObjectPage({ tab, ...named }: Named & { tab: string }) {
  const { resource, kind, namespace, name } = named;
  const shown = useView({ scene: "object", resource, kind, namespace, name });
  const { view } = shown;
  const [, plural = "", group = ""] = /^([^.]+)\.?(.*)$/.exec(resource) ?? [];
  const here = objectAddress({ resource: plural, group, kind, namespace, name });
  const events = view?.answers[EVENTS];
  const missing = view?.answers[ROW]?.error ?? null;
  return (
    <main id="main" className="relative min-h-0 overflow-auto">
      <div className="mx-auto w-full max-w-[1320px] px-8 py-6 max-sm:px-3 max-sm:py-4">
        <p className="mb-1 text-sm text-muted">
          <Link to={`/monitor/kinds/${resource}`} className="hover:text-text">
            {kind || resource}
          </Link>
          {namespace && m.ofNamespace(namespace)}
          {shown.at !== null && ", "}
          <Freshness shown={shown} />
        </p>
        <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="text-xl font-semibold tracking-tight break-all">{name}</h1>
          {view && <StatusWord row={view.answers[ROW]} graph={view.graph} />}
          <div className="ml-auto max-sm:ml-0">{!missing && <ObjectActions {...named} />}</div>
        </div>
        <ViewError shown={missing ? { ...shown, error: missing } : shown} what={`${kind} ${name}`} />
        {!missing && (
          <>
            <Tabs
              label={m.parts}
              current={tab}
              tabs={[
                { id: "summary", title: m.summary, to: here },
                { id: "yaml", title: m.yaml, to: `${here}&tab=yaml` },
                { id: "description", title: m.description, to: `${here}&tab=description` },
                // Last: its number comes later and moves no other.
                { id: "events", title: m.events, to: `${here}&tab=events`, count: events?.rows.length },
              ]}
            />
            <div className="pt-5">
              {shown.waiting && <Loading />}
              {view && <Suspense fallback={<Loading />}>{part(tab, view, name)}</Suspense>}
            </div>
          </>
        )}
      </div>
    </main>
  );
}

function part(tab: string, view: View, name: string): ReactNode {
  switch (tab) {
    case "yaml":
      return <AnswerText answer={view.answers[YAML]} label={m.yamlOf(name)} fold />;
    case "events":
      return <Events answer={view.answers[EVENTS]} name={name} />;
    case "description":
      return <AnswerText answer={view.answers[DESCRIPTION]} label={m.descriptionOf(name)} />;
    default:
      return <Summary view={view} />;
  }
}

function Summary({ view }: { view: View }) {
  const row = view.answers[ROW];
  const { graph } = view;
  return (
    <>
      {row?.rows[0] && (
        <dl className="mb-5 grid grid-cols-[repeat(auto-fill,minmax(168px,1fr))] gap-x-6 gap-y-4 rounded-card border border-line bg-surface px-5 py-4 shadow-card">
          {row.columns.map((column, i) =>
            /^name$/i.test(column) ? null : (
              <div key={column} className="min-w-0">
                <dt className="text-sm text-muted">{columnTitle(column)}</dt>
                <dd className="break-words tabular-nums">{cellText(row.rows[0]?.cells[i])}</dd>
              </div>
            ),
          )}
        </dl>
      )}
      {graph && graph.objects.length > 1 && (
        <Panel
          title={m.topologyTitle}
          aside={graph.more > 0 && <span className="text-muted">{m.moreAreNotDrawn(graph.more)}</span>}
        >
          <Topology graph={graph} />
        </Panel>
      )}
      <Unknown sentences={view.unknown} />
    </>
  );
}

function StatusWord({ row, graph }: { row: LineView | undefined; graph: View["graph"] }) {
  const at = row?.columns.findIndex((column) => /^(status|phase)$/i.test(column)) ?? -1;
  const vertex = graph?.objects[0];
  const word = at >= 0 ? String(row?.rows[0]?.cells[at] ?? "") : (vertex?.state ?? "");
  if (word === "") return null;
  const tone = at >= 0 ? statusTone(word) : vertex?.good ? "ok" : "bad";
  return <Badge tone={tone ?? "plain"}>{word}</Badge>;
}

function AnswerText({
  answer,
  label,
  fold,
}: {
  answer: LineView | undefined;
  label: string;
  fold?: boolean;
}) {
  if (answer?.error) return <Empty title={m.partFailed}>{answer.error.message}</Empty>;
  const text = answer?.text ?? "";
  return fold ? (
    <FoldView label={label} text={text} />
  ) : (
    <div className="-mx-4">
      <TextView label={label} text={text} />
    </div>
  );
}

function Events({ answer, name }: { answer: LineView | undefined; name: string }) {
  if (answer?.error) return <Empty title={m.eventsFailed}>{answer.error.message}</Empty>;
  if (!answer || answer.rows.length === 0) {
    return <Empty title={m.eventsNone(name)}>{m.eventsNoneAbout}</Empty>;
  }
  return (
    <Panel title={m.events}>
      <div className="pt-2">
        <DataTable label={m.eventsOf(name)} columns={answer.columns} rows={answer.rows} />
      </div>
    </Panel>
  );
}

function Loading() {
  return (
    <div role="status">
      <span className="sr-only">{m.objectLoading}</span>
      <Skeleton className="mb-5 h-24 w-full rounded-card" />
      <Skeleton className="h-64 w-full rounded-card" />
    </div>
  );
}
