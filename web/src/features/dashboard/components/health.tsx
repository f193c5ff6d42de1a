import { ApiError } from "@/api/errors";
import type { Scene } from "@/api/types";
import { Dot } from "@/components/badge";
import { Empty, Panel } from "@/components/panel";
import { Pending } from "@/components/pending";
import { objectAddress } from "@/lib/addresses";
import { Link } from "@/lib/router";
import { useView } from "@/lib/use-view";
import { dashboard as m } from "@/messages/dashboard";

const MOST = 5;
export const HEALTH: Scene = { scene: "overview", namespace: null };

/** How the cluster is, in short: the monitor has all of it. */
export function Health() {
  const shown = useView(HEALTH);
  const survey = shown.view?.survey;
  const findings = survey?.findings ?? [];
  return (
    <Panel
      title={m.health}
      aside={
        <Link to="/monitor" className="font-medium text-primary">
          {findings.length > MOST ? m.all(findings.length) : m.monitor}
        </Link>
      }
    >
      <Pending
        label={m.healthLoading}
        waiting={shown.waiting}
        title={m.healthFailed}
        error={shown.error && new ApiError(400, shown.error.code, shown.error.message)}
      />
      {survey && (
        <p className="flex flex-wrap gap-x-6 gap-y-1 border-b border-line2 px-4 py-3 text-muted tabular-nums">
          <Tally good={survey.nodes.good} all={survey.nodes.all} what={m.nodesReady} />
          <Tally good={survey.workloads.good} all={survey.workloads.all} what={m.workloadsComplete} />
          <Tally good={survey.pods.good} all={survey.pods.all} what={m.podsRunning} />
        </p>
      )}
      {shown.view && shown.view.unknown.length > 0 && (
        <p className="border-b border-line2 px-4 py-2.5 text-sm text-muted">
          {m.healthNotWhole}{" "}
          <Link to="/monitor" className="font-medium text-primary">
            {m.healthMissing}
          </Link>
        </p>
      )}
      {survey && findings.length === 0 && <Empty title={m.healthGood} />}
      <ul>
        {findings.slice(0, MOST).map(({ id, serious, object, title, text }) => (
          <li
            key={`${id} ${object.namespace}/${object.name}`}
            className="border-b border-line2 last:border-b-0"
          >
            <Link
              to={objectAddress(object)}
              className="flex items-baseline gap-2 px-4 py-2.5 hover:bg-sunken"
            >
              <span className="translate-y-[-1px]">
                <Dot tone={serious ? "bad" : "warn"} />
              </span>
              <span className="min-w-0">
                <span className="font-medium">{title}</span>
                <span className="block truncate text-sm text-muted" title={text}>
                  {text}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Tally({ good, all, what }: { good: number; all: number; what: string }) {
  return (
    <span>
      <span className="font-semibold text-text">
        {good} / {all}
      </span>{" "}
      {what}
    </span>
  );
}
