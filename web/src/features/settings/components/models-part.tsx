import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { meOptions } from "@/api/get-me";
import { modelsOptions } from "@/api/get-models";
import type { ModelHealth, Models } from "@/api/types";
import { Badge, type Tone } from "@/components/badge";
import DataTable from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { Meter } from "@/components/meter";
import { Empty, Panel } from "@/components/panel";
import { SkeletonList } from "@/components/skeleton";
import { Time } from "@/components/time";
import { count, money } from "@/lib/format";
import { inOrder, isDown } from "@/lib/translator";
import { models as m } from "@/messages/models";
import { ModelsSettingsPart } from "./models-settings";
import { Served } from "./served";

/** The language models: who is asked in which order, how each does, and what it cost. */
export function ModelsPart() {
  const { data, isError, error, refetch } = useQuery(modelsOptions);
  const { data: me } = useQuery(meOptions);
  if (isError) return <ErrorNotice title={m.notLoadedModels} error={error} onRetry={() => void refetch()} />;
  if (!data || !me) return <SkeletonList label={m.loadingModels} rows={3} className="h-16" />;
  const some = data.models.length > 0;
  // The configuration keeps its place: what it says of a change is not lost with the first model.
  return (
    <>
      {some ? (
        <Asked models={data} admin={me.admin} />
      ) : (
        !me.admin && (
          <Panel title={m.title}>
            <Empty title={m.noModels}>{m.noModelsAbout}</Empty>
          </Panel>
        )
      )}
      {me.admin && <ModelsSettingsPart />}
      {some && <Budget models={data} />}
      {some && <Usage models={data} all={me.admin} />}
    </>
  );
}

/** Those that are asked, in their order, and those that are chosen by name. */
function Asked({ models, admin }: { models: Models; admin: boolean }) {
  const asked = inOrder(models);
  const others = models.models.filter((one) => !one.in_order);
  return (
    <Panel title={m.asked}>
      <p className="border-b border-line2 px-4 py-3 text-sm text-muted">
        {m.howTheyDo} {models.airgap && `${m.airgap} `}
        {!admin && m.readOnly}
      </p>
      {[...asked, ...others].map((one, i) => (
        <Model
          key={one.provider}
          admin={admin}
          model={one}
          place={i < asked.length ? m.place(i + 1) : m.byNameOnly}
        />
      ))}
    </Panel>
  );
}

function state(model: ModelHealth): { word: string; tone: Tone } {
  const { breaker, answers } = model;
  if (breaker === "half_open") return { word: m.tried, tone: "warn" };
  if (breaker === "open" || isDown(model)) return { word: m.leftOut, tone: "bad" };
  return answers > 0 ? { word: m.asks, tone: "ok" } : { word: m.notAsked, tone: "plain" };
}

interface ModelProps {
  model: ModelHealth;
  place: string;
  admin: boolean;
}

function Model({ model, place, admin }: ModelProps) {
  const { word, tone } = state(model);
  return (
    <section aria-label={model.provider} className="border-b border-line2 px-4 py-3.5 last:border-b-0">
      <h3 className="mb-2 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="text-muted">{place}</span>
        <span className="font-semibold break-all">{model.provider}</span>
        <span className="mono break-all text-muted">{model.model}</span>
        <span className="ml-auto">
          <Badge tone={tone}>{word}</Badge>
        </span>
      </h3>
      <dl className="grid grid-cols-[160px_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm max-sm:grid-cols-[120px_minmax(0,1fr)]">
        {isDown(model) && (
          <Fact name={m.downFor}>
            <Time iso={model.down_since ?? ""} />
          </Fact>
        )}
        {model.error && (
          <Fact name={m.lastError}>
            <span className="text-warn">{model.error}</span>
          </Fact>
        )}
        <Fact name={m.endpoint}>
          <span className="mono">{model.endpoint}</span>
        </Fact>
        <Fact name={m.answers}>
          {model.outcomes
            .map(({ outcome, count: n }) => `${m.outcomes[outcome] ?? outcome} ${count(n)}`)
            .join(", ") || m.none}
        </Fact>
        {(model.milliseconds ?? null) !== null && (
          <Fact name={m.speed}>{m.milliseconds(model.milliseconds ?? 0)}</Fact>
        )}
        <Fact name={m.usedSinceStart}>
          {m.tokens(model.input, model.output)}
          {model.money > 0 && `, ${money(model.money)}`}
        </Fact>
      </dl>
      {admin && <Served provider={model.provider} />}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words tabular-nums">{children}</dd>
    </>
  );
}

/** What this person has used up today of what they may. */
function Budget({ models }: { models: Models }) {
  const { tokens_today, money_today, tokens_per_day, money_per_day, over_budget, budget_renews } = models;
  const limits = [
    { name: m.budgetTokens, used: tokens_today, most: tokens_per_day, say: m.ofTokens },
    { name: m.budgetMoney, used: money_today, most: money_per_day, say: m.ofMoney },
  ].flatMap(({ most, ...limit }) => (most === null || most === undefined ? [] : [{ ...limit, most }]));
  return (
    <Panel title={m.budget}>
      <div className="px-4 py-3.5">
        {limits.map(({ name, used, most, say }) => (
          <div
            key={name}
            className="mb-2 grid grid-cols-[220px_minmax(0,1fr)] items-center gap-x-4 max-sm:grid-cols-1"
          >
            <span>{say(used, most)}</span>
            <Meter label={name} percent={most > 0 ? Math.round((used / most) * 100) : 100} />
          </div>
        ))}
        {over_budget && <p className="text-warn">{over_budget}</p>}
        <p className="text-sm text-muted">
          {limits.length === 0 ? (
            m.noBudget
          ) : (
            <Fill text={m.budgetAbout} time={<Time iso={budget_renews} />} />
          )}
        </p>
      </div>
    </Panel>
  );
}

function Usage({ models: { usage }, all }: { models: Models; all: boolean }) {
  const rows = usage.map(({ day, user_name, provider, answers, input, output, money: cost }) => ({
    cells: [day, user_name, provider, answers, input, output, money(cost)],
  }));
  return (
    <Panel title={m.usage} aside={<span className="text-muted">{all ? m.usageOfAll : m.usageOfYou}</span>}>
      {rows.length === 0 ? (
        <Empty title={m.noUsage}>{m.noUsageAbout}</Empty>
      ) : (
        <div className="pt-3">
          <DataTable label={m.usage} columns={m.columns} rows={rows} />
        </div>
      )}
    </Panel>
  );
}
