import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { healthOptions } from "@/api/get-health";
import { modelsOptions } from "@/api/get-models";
import { readyOptions } from "@/api/get-ready";
import { Dot, type Tone } from "@/components/badge";
import { Fill } from "@/components/fill";
import { Time } from "@/components/time";
import { inOrder, isDown, translator } from "@/lib/translator";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { app as words } from "@/messages/app";
import { models as m } from "@/messages/models";

const CONNECTION = {
  connecting: words.statusConnecting,
  live: words.statusLive,
  waiting: words.statusReconnecting,
  off: words.statusOff,
};

/** Cluster, translator, audit log and connection, each with a word and a sentence. */
export default function StatusPanel() {
  const { cluster } = useWhere();
  const connection = useUi((ui) => ui.connection);
  const health = useQuery({ ...healthOptions(cluster?.id ?? ""), enabled: cluster !== null });
  const ready = useQuery(readyOptions);
  const answers = health.data?.ready === true;
  const stopped = ready.data?.status.startsWith("The audit log stopped") ?? false;
  return (
    <dl className="w-80 max-w-full">
      <Line
        name={words.cluster}
        tone={health.isPending ? "plain" : answers ? "ok" : "bad"}
        word={health.isPending ? words.asking : answers ? words.answers : words.doesNotAnswer}
      >
        {cluster?.context}
        {health.data?.version && words.kubernetes(health.data.version)}
        {answers && health.data?.latency_ms !== undefined && words.msAway(health.data.latency_ms)}
        {health.data && !answers && `. ${health.data.message}`}
      </Line>
      <Translator />
      <Line
        name={words.auditLog}
        tone={ready.isError ? "warn" : stopped ? "bad" : "ok"}
        word={ready.isError ? words.notKnown : stopped ? words.stopped : words.takesRecords}
      >
        {stopped ? ready.data?.status : words.auditAbout}
      </Line>
      <Line
        name={words.connection}
        tone={connection === "live" ? "ok" : "warn"}
        word={connection === "live" ? words.live : words.notLive}
      >
        {CONNECTION[connection]}
      </Line>
    </dl>
  );
}

function Translator() {
  const models = useQuery(modelsOptions);
  if (models.isError) return <Line name={m.translator} tone="warn" word={m.notKnown} children={null} />;
  const asked = models.data ? inOrder(models.data) : [];
  const down = models.data?.models.filter(isDown) ?? [];
  const names = asked.map(({ provider, model }) => `${provider} (${model})`).join(", ");
  const alone = models.data?.models.length === 0 ? m.builtInOnly : m.askedOnlyByName;
  return (
    <Line
      name={m.translator}
      tone={down.length > 0 || models.data?.over_budget ? "warn" : "ok"}
      word={models.data ? translator(models.data) : m.builtIn}
    >
      {asked.length > 0 ? m.askedWhereUnsure(names) : alone}
      {models.data?.over_budget && <span className="block text-warn">{models.data.over_budget}</span>}
      {down.map((one) => (
        <span key={one.provider} className="block text-warn">
          <Fill
            text={m.downSince}
            provider={one.provider}
            time={<Time iso={one.down_since ?? ""} />}
            reason={one.error ?? m.noReason}
          />
        </span>
      ))}
    </Line>
  );
}

interface LineProps {
  name: string;
  tone: Tone;
  word: string;
  children: ReactNode;
}

function Line({ name, tone, word, children }: LineProps) {
  return (
    <div className="px-3 py-2">
      <dt className="flex items-center gap-2 font-medium">
        {name}
        <span className="ml-auto inline-flex items-center gap-2 text-sm font-normal text-muted">
          <Dot tone={tone} />
          {word}
        </span>
      </dt>
      <dd className="text-sm break-words text-muted">{children}</dd>
    </div>
  );
}
