import type { ReactNode } from "react";
import type { AuditEvent } from "@/api/types";
import { TextView } from "@/components/text-view";
import { Time } from "@/components/time";
import { Link } from "@/lib/router";
import { audit as m } from "@/messages/audit";
import { kindWords, OutcomeWord } from "./audit-table";

export function RecordFields({ event }: { event: AuditEvent }) {
  return (
    <dl className="grid grid-cols-[96px_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 py-3.5 text-[13.5px]">
      <Field name={m.what}>{kindWords(event.kind)}</Field>
      <Field name={m.when}>
        <Time iso={event.time} /> <span className="mono block text-xs text-muted">{event.time}</span>
      </Field>
      <Field name={m.who}>{event.user}</Field>
      {event.command && (
        <Field name={m.command}>
          <code className="mono">{event.command}</code>
        </Field>
      )}
      {event.outcome && (
        <Field name={m.outcome}>
          <OutcomeWord event={event} />
        </Field>
      )}
      {event.namespace && <Field name={m.namespace}>{event.namespace}</Field>}
      {event.cluster && (
        <Field name={m.cluster}>
          <span className="mono">{event.cluster}</span>
        </Field>
      )}
      {event.query && (
        <Field name={m.query}>
          <Link to={`/audit?query=${event.query}`} className="mono text-primary underline">
            {event.query}
          </Link>
        </Field>
      )}
      {event.session && (
        <Field name={m.conversation}>
          <Link to={`/chat/${event.session}`} className="text-primary underline">
            {m.openIt}
          </Link>{" "}
          {m.orSee}{" "}
          <Link to={`/audit?session=${event.session}`} className="text-primary underline">
            {m.allItsRecords}
          </Link>
        </Field>
      )}
    </dl>
  );
}

/** Everything particular to the kind of record. */
export function RecordDetails({ event }: { event: AuditEvent }) {
  const data = (event.data ?? {}) as Record<string, unknown>;
  if (Object.keys(data).length === 0) return null;
  return (
    <details className="border-t border-line2">
      <summary className="px-4 py-2.5 text-sm text-muted hover:text-text">{m.detailsOfTheRecord}</summary>
      <TextView label={m.detailsOfTheRecord} text={JSON.stringify(data, null, 2)} />
    </details>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
