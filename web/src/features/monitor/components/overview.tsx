import type { LineView, Survey } from "@/api/types";
import { PageHeading } from "@/components/page";
import { Skeleton } from "@/components/skeleton";
import { navigate } from "@/lib/router";
import { readUsage } from "@/lib/usage";
import { useView } from "@/lib/use-view";
import { useWhere } from "@/lib/use-where";
import { monitor as m } from "@/messages/monitor";
import { Findings } from "./findings";
import { Nodes } from "./nodes";
import { ScopeSwitch } from "./scope-switch";
import { Freshness, Unknown, ViewError } from "./view-state";
import { Warnings } from "./warnings";

/** How the cluster is: what needs attention and why, nodes, warnings. */
export function Overview({ everywhere }: { everywhere: boolean }) {
  const { cluster, namespace } = useWhere();
  const shown = useView({ scene: "overview", namespace: everywhere ? null : namespace });
  const { view } = shown;
  const place = everywhere ? (cluster?.practice ? "practice" : cluster?.context) : namespace;
  return (
    <main id="main" className="relative min-h-0 overflow-auto">
      <div className="mx-auto w-full max-w-[1320px] px-8 py-6 max-sm:px-3 max-sm:py-4">
        <PageHeading
          title={view?.survey ? headline(view.survey) : shown.error ? m.overview : m.looking}
          about={
            // Half a sentence says nothing: where it is read from, once that is known.
            place ? (
              <span className="block truncate">
                {m.whereFrom} {place}
                {shown.at !== null && ", "}
                <Freshness shown={shown} />
              </span>
            ) : null
          }
        >
          <ScopeSwitch
            namespace={namespace}
            everywhere={everywhere}
            onChange={(all) => navigate(all ? "/monitor" : "/monitor?here", { replace: true })}
          />
        </PageHeading>
        <ViewError shown={shown} what={m.theOverview} />
        {shown.waiting && <Loading />}
        {view?.survey && (
          <>
            <Unknown sentences={view.unknown} />
            <Tiles survey={view.survey} top={view.answers[1]} />
            <div className="grid grid-cols-[1.55fr_1fr] items-start gap-5 max-lg:grid-cols-1">
              <Findings findings={view.survey.findings} />
              <Nodes nodes={view.answers[0]} top={view.answers[1]} />
            </div>
            <Warnings answer={view.answers[2]} />
          </>
        )}
      </div>
    </main>
  );
}

function headline({ findings }: Survey): string {
  if (findings.length === 0) return m.headlineGood;
  return m.needAttention(findings.length);
}

function Tiles({ survey, top }: { survey: Survey; top: LineView | undefined }) {
  const { cpu, memory } = readUsage(top);
  const of = ({ good, all }: { good: number; all: number }) => `${good} / ${all}`;
  const tiles: [string, string][] = [
    [of(survey.nodes), "nodes ready"],
    [of(survey.workloads), "workloads complete"],
    [of(survey.pods), "pods running"],
    [cpu === null ? "–" : `${cpu} %`, m.cpuInUse],
    [memory === null ? "–" : `${memory} %`, m.memoryInUse],
  ];
  return (
    <dl className="mb-5 grid grid-cols-5 overflow-hidden rounded-card border border-line bg-surface shadow-card max-sm:grid-cols-2">
      {tiles.map(([value, name]) => (
        <div
          key={name}
          className="flex flex-col-reverse border-line2 px-5 py-3.5 not-last:border-r max-sm:not-last:border-r-0"
        >
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Loading() {
  return (
    <div role="status">
      <span className="sr-only">{m.overviewLoading}</span>
      <Skeleton className="mb-5 h-[76px] w-full rounded-card" />
      <div className="grid grid-cols-[1.55fr_1fr] gap-5 max-lg:grid-cols-1">
        <Skeleton className="h-80 w-full rounded-card" />
        <Skeleton className="h-48 w-full rounded-card" />
      </div>
    </div>
  );
}
