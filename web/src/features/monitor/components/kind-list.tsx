import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import { kindsOptions } from "@/api/get-kinds";
import type { Kind } from "@/api/types";
import { ErrorNotice } from "@/components/error-notice";
import { SearchField } from "@/components/search-field";
import { SkeletonList } from "@/components/skeleton";
import { kindAddress, qualified } from "@/lib/addresses";
import { best } from "@/lib/fuzzy";
import { grouped, kindTitle } from "@/lib/kinds";
import { Link } from "@/lib/router";
import { useWhere } from "@/lib/use-where";
import { common } from "@/messages/common";
import { monitor as m } from "@/messages/monitor";

interface Props {
  /** The resource that is shown; "" for the overview. */
  current: string;
  onPick?: () => void;
}

/** Everything the cluster serves. */
export function KindList({ current, onPick }: Props) {
  const { cluster } = useWhere();
  const { data, isPending, isError, error, refetch } = useQuery({
    ...kindsOptions(cluster?.id ?? ""),
    enabled: cluster !== null,
  });
  const [text, setText] = useState("");
  const wanted = text.trim();
  const kinds = data ?? [];
  const found = best(
    wanted,
    kinds,
    ({ kind, resource, short_names }) => `${kind} ${resource} ${short_names.join(" ")}`,
    30,
  );
  const groups = wanted === "" ? grouped(kinds) : [{ title: m.found, kinds: found }];
  return (
    <nav aria-label={m.kinds}>
      <Item to="/monitor" title={m.overview} current={current === ""} onPick={onPick} />
      <SearchField label={m.findAKind} value={text} onChange={setText} className="mt-2 w-full" />
      <div className="mt-1 flow-root">
        {isPending && <SkeletonList label={m.kindsLoading} rows={8} className="mt-1 h-6" />}
        {isError && <ErrorNotice title={m.kindsFailed} error={error} onRetry={() => void refetch()} />}
        {groups.map((group) => (
          <Group key={group.title} {...group} current={current} onPick={onPick} />
        ))}
        {data && wanted !== "" && found.length === 0 && (
          <p className="px-2.5 py-2 text-muted">{m.kindsNoMatch}</p>
        )}
      </div>
    </nav>
  );
}

interface GroupProps extends Props {
  title: string;
  kinds: Kind[];
}

const LONG = new Set<string>([common.custom, common.other]);

function Group({ title, kinds, current, onPick }: GroupProps) {
  const names = kinds.map((kind) => qualified(kind.resource, kind.group));
  const list = (
    <ul>
      {kinds.map((kind, i) => (
        <li key={names[i]}>
          <Item
            to={kindAddress(kind)}
            title={kindTitle(kind)}
            hint={names[i]}
            current={names[i] === current}
            onPick={onPick}
          />
        </li>
      ))}
    </ul>
  );
  if (!LONG.has(title)) {
    return (
      <section aria-label={title}>
        <h2 className="mx-2.5 mt-3 mb-1 text-xs font-semibold text-faint">{title}</h2>
        {list}
      </section>
    );
  }
  return (
    <details open={names.includes(current)}>
      <summary className="mx-2.5 mt-3 mb-1 text-xs font-semibold text-faint">{title}</summary>
      {list}
    </details>
  );
}

interface ItemProps {
  to: string;
  title: string;
  hint?: string;
  current: boolean;
  onPick?: () => void;
}

function Item({ to, title, hint, current, onPick }: ItemProps) {
  return (
    <Link
      to={to}
      onClick={onPick}
      title={hint}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "block truncate rounded-lg px-2.5 py-1.5",
        current
          ? "bg-surface font-medium text-text shadow-card"
          : "text-muted hover:bg-surface hover:text-text",
      )}
    >
      {title}
    </Link>
  );
}
