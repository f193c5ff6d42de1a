import { type FormEvent, useId, useState } from "react";
import type { Query } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Popover } from "@/components/popover";
import { cards as m } from "@/messages/cards";
import { useDeny } from "../api/deny";

export function DenyButton({ query }: { query: Query }) {
  return (
    <Popover
      label={m.cancelThis}
      trigger={(props) => (
        <Button data-key="cancel" {...props}>
          {m.cancel}
        </Button>
      )}
    >
      {(close) => <DenyForm query={query} onDone={close} />}
    </Popover>
  );
}

function DenyForm({ query, onDone }: { query: Query; onDone: () => void }) {
  const [reason, setReason] = useState("");
  const deny = useDeny(query);
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    deny.mutate(reason.trim() || m.noReasonGiven, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex w-72 flex-col gap-2 p-2">
      <label htmlFor={id} className="font-medium">
        {m.whyNot} <span className="font-normal text-muted">{m.keptInTheAudit}</span>
      </label>
      <input
        id={id}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        autoComplete="off"
        className="h-9 rounded-lg border border-line bg-surface px-2.5"
      />
      {deny.isError && <ErrorNotice title={m.itStillWaits} error={deny.error} />}
      <div className="flex gap-2">
        <Button type="submit" disabled={deny.isPending}>
          {m.dontRunIt}
        </Button>
        <Button tone="quiet" onClick={onDone}>
          {m.back}
        </Button>
      </div>
    </form>
  );
}
