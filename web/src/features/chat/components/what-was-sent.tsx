import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Query } from "@/api/types";
import { ErrorNotice } from "@/components/error-notice";
import { SkeletonList } from "@/components/skeleton";
import { TextView } from "@/components/text-view";
import { models as m } from "@/messages/models";
import { exchangesOptions } from "../api/get-exchanges";

/** Every question to a language model and its answer, to the letter; fetched when it is opened. */
export function WhatWasSent({ query }: { query: Query }) {
  const [open, setOpen] = useState(false);
  if ((query.models ?? []).length === 0) return null;
  return (
    <details className="border-t border-line2" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="px-4 py-2.5 text-sm text-muted hover:text-text">{m.whatWasSent}</summary>
      {open && <Exchanges query={query} />}
    </details>
  );
}

function Exchanges({ query }: { query: Query }) {
  const { data, isError, error, refetch } = useQuery(exchangesOptions(query));
  if (isError)
    return (
      <div className="px-4 pb-3.5">
        <ErrorNotice title={m.notLoaded} error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <SkeletonList label={m.loading} rows={3} className="mx-4 mb-2 h-7" />;
  return (
    <>
      <p className="px-4 pb-3 text-sm text-muted">{m.onlyYou}</p>
      {data.map((exchange, i) => {
        const cost = query.models?.[i];
        return (
          <details key={`${i} ${exchange.provider}`} className="border-t border-line2">
            <summary className="px-4 py-2 text-sm">
              {m.exchange(i + 1, exchange.model)}{" "}
              {cost && (
                <span className="text-muted">
                  {cost.remembered ? m.remembered : `${m.tokens(cost.input, cost.output)}.`}
                  {cost.removed > 0 && ` ${m.removed(cost.removed)}.`}
                </span>
              )}
            </summary>
            <Text title={m.prompt} label={m.promptTo(i + 1)} text={exchange.prompt} />
            <Text title={m.answer} label={m.answerTo(i + 1)} text={exchange.answer} />
          </details>
        );
      })}
    </>
  );
}

function Text({ title, label, text }: { title: string; label: string; text: string }) {
  return (
    <>
      <h3 className="px-4 pb-1 text-sm font-medium">{title}</h3>
      <TextView label={label} text={text} />
    </>
  );
}
