import { type ChangeEvent, type FormEvent, useEffect, useState } from "react";
import { Button } from "@/components/button";
import { LEVEL_WORDS } from "@/components/level-badge";
import { navigate, usePlace } from "@/lib/router";
import { audit as m } from "@/messages/audit";
import { type AuditFilter, auditAddress, isActive } from "../filter";
import { kindWords } from "./audit-table";
import { SavedSearches } from "./saved-searches";

const KINDS = [
  "query.previewed",
  "query.approved",
  "query.intent",
  "query.outcome",
  "query.answered",
  "query.refused",
  "query.forbidden",
  "query.denied",
  "query.voided",
  "query.expired",
  "query.cancelled",
  "query.outcome_unknown",
  "view.opened",
  "view.closed",
  "model.asked",
  "auth.login",
  "auth.login_failed",
  "auth.logout",
  "log.verified",
  "log.read",
  "server.started",
  "server.stopped",
];

const CONTROL = "h-[34px] min-w-0 rounded-lg border border-line bg-surface px-2.5";

/** Texts apply on Enter or when left, choices at once; all of it stands in the address. */
export function Filters({ filter }: { filter: AuditFilter }) {
  const { search } = usePlace();
  const [typed, setTyped] = useState(filter);
  const stored = JSON.stringify(filter);
  useEffect(() => setTyped(JSON.parse(stored) as AuditFilter), [stored]);

  const apply = (change: Partial<AuditFilter>) => navigate(auditAddress(search, { ...typed, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply({});
  };
  const text = (key: keyof AuditFilter, label: string, type = "text") => (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-muted">
      {label}
      <input
        type={type}
        value={typed[key]}
        onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
        onBlur={() => typed[key] !== filter[key] && apply({})}
        className={`${CONTROL} text-base text-text`}
      />
    </label>
  );
  const choice = (key: keyof AuditFilter, label: string, options: [string, string][]) => (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-muted">
      {label}
      <select
        value={typed[key]}
        onChange={(event: ChangeEvent<HTMLSelectElement>) => apply({ [key]: event.target.value })}
        className={`${CONTROL} text-base text-text`}
      >
        <option value="">{m.any}</option>
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <search>
      <form
        onSubmit={submit}
        aria-label={m.filterRecords}
        className="mb-3 grid grid-cols-[repeat(auto-fill,minmax(138px,1fr))] items-end gap-x-3 gap-y-2"
      >
        {text("text", m.text, "search")}
        {text("user", m.user)}
        {choice("level", m.level, Object.entries(LEVEL_WORDS))}
        {choice(
          "kind",
          m.kind,
          KINDS.map((kind) => [kind, kindWords(kind)]),
        )}
        {text("namespace", m.namespace)}
        {text("since", m.since, "datetime-local")}
        {text("until", m.until, "datetime-local")}
        <div className="flex gap-2">
          <Button type="submit">{m.filter}</Button>
          {isActive(filter) && (
            <Button
              tone="quiet"
              onClick={() =>
                apply({
                  user: "",
                  level: "",
                  kind: "",
                  namespace: "",
                  text: "",
                  query: "",
                  session: "",
                  since: "",
                  until: "",
                })
              }
            >
              {m.clear}
            </Button>
          )}
        </div>
      </form>
      <SavedSearches filter={filter} />
    </search>
  );
}
