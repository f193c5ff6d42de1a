import { useInfiniteQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useMemo } from "react";
import { Button } from "@/components/button";
import { Pending } from "@/components/pending";
import { navigate, usePlace } from "@/lib/router";
import { audit as m } from "@/messages/audit";
import { eventsOptions } from "../api/get-events";
import { auditAddress, FILTER_KEYS, fromSearch, isActive } from "../filter";
import { AuditTable } from "./audit-table";
import { Filters } from "./filters";
import { LogState } from "./log-state";
import { RecordPanel } from "./record-panel";

const NO_FILTER = Object.fromEntries(FILTER_KEYS.map((key) => [key, ""]));

export default function AuditPage() {
  const { search } = usePlace();
  const filter = fromSearch(search);
  const events = useInfiniteQuery(eventsOptions(filter));
  const list = useMemo(() => events.data?.pages.flatMap((page) => page.events) ?? [], [events.data]);
  const size = events.data?.pages[0]?.size;
  const record = search.get("record");
  const selected = record !== null && /^\d+$/.test(record) ? Number(record) : null;
  const select = (index: number | null) =>
    navigate(auditAddress(search, { record: index === null ? "" : String(index), check: "" }));

  return (
    <main id="main" className="relative min-h-0 flex-1 overflow-auto">
      <div className="mx-auto w-full max-w-[1400px] px-8 py-6 max-sm:px-3 max-sm:py-4">
        <LogState size={size} />
        <div className={clsx(selected !== null && "max-sm:hidden")}>
          <Filters filter={filter} />
        </div>
        <div
          className={clsx(
            "grid items-start gap-5",
            selected !== null && "xl:grid-cols-[minmax(0,1.9fr)_minmax(360px,1fr)]",
          )}
        >
          <section
            aria-label={m.listOfRecords}
            className={clsx(
              "overflow-hidden rounded-card border border-line bg-surface shadow-card",
              selected !== null && "max-xl:order-2",
            )}
          >
            <Pending
              label={m.loadingRecords}
              waiting={events.isPending}
              title={m.listFailed}
              error={events.error}
              onRetry={() => void events.refetch()}
              rows={8}
              className="h-7"
            />
            {events.data && list.length === 0 && (
              <Nothing active={isActive(filter)} onClear={() => navigate(auditAddress(search, NO_FILTER))} />
            )}
            {list.length > 0 && <AuditTable events={list} selected={selected} onSelect={select} />}
            {events.hasNextPage && (
              <div className="border-t border-line2 p-3">
                <Button onClick={() => void events.fetchNextPage()} disabled={events.isFetchingNextPage}>
                  {events.isFetchingNextPage ? m.loading : m.loadOlder}
                </Button>
              </div>
            )}
          </section>
          {selected !== null && (
            <RecordPanel
              key={selected}
              index={selected}
              known={list.find((event) => event.index === selected) ?? null}
              check={search.has("check")}
              onClose={() => select(null)}
            />
          )}
        </div>
      </div>
    </main>
  );
}

function Nothing({ active, onClear }: { active: boolean; onClear: () => void }) {
  return (
    <div className="p-5">
      <p className="font-semibold">{active ? m.listNoMatch : m.listEmpty}</p>
      <p className="mt-0.5 mb-3 text-muted">{active ? m.listNoMatchAbout : m.listEmptyAbout}</p>
      {active && <Button onClick={onClear}>{m.listClear}</Button>}
    </div>
  );
}
