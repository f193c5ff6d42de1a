import { useQuery } from "@tanstack/react-query";
import X from "lucide-react/icons/x";
import { useEffect, useRef } from "react";
import type { AuditEvent } from "@/api/types";
import { IconButton } from "@/components/button";
import { LevelBadge } from "@/components/level-badge";
import { Pending } from "@/components/pending";
import { count } from "@/lib/format";
import { audit as m } from "@/messages/audit";
import { eventOptions } from "../api/get-event";
import { ProofCheck } from "./proof-check";
import { RecordDetails, RecordFields } from "./record-fields";

interface Props {
  index: number;
  /** The record where the list already holds it. */
  known: AuditEvent | null;
  check: boolean;
  onClose: () => void;
}

export function RecordPanel({ index, known, check, onClose }: Props) {
  const { data, error } = useQuery({ ...eventOptions(index), enabled: known === null });
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const event = known ?? data;
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={m.record(index)}
      onKeyDown={(pressed) => pressed.key === "Escape" && onClose()}
      className="overflow-hidden rounded-card outline-none border border-line bg-surface shadow-card xl:sticky xl:top-0"
    >
      <div className="flex items-center gap-3 border-b border-line2 py-2 pr-2 pl-4">
        <h2 className="font-semibold">{m.record(count(index))}</h2>
        {event && <LevelBadge level={event.level} />}
        <IconButton label={m.closeTheRecord} onClick={onClose} className="ml-auto">
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <Pending
        label={m.recordLoading}
        waiting={event === undefined}
        title={m.recordFailed}
        error={error}
        rows={6}
        className="h-5"
      />
      {event === null && <p className="p-4 text-muted">{m.recordUnknown(count(index))}</p>}
      {event && (
        <>
          <RecordFields event={event} />
          <ProofCheck event={event} atOnce={check} />
          <RecordDetails event={event} />
        </>
      )}
    </section>
  );
}
