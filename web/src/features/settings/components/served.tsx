import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Pending } from "@/components/pending";
import { inBytes } from "@/lib/format";
import { models as m } from "@/messages/models";
import { servedOptions } from "../api/get-served";

/** What a model server has besides the configured model; asked when it is opened. */
export function Served({ provider }: { provider: string }) {
  const [open, setOpen] = useState(false);
  const served = useQuery({ ...servedOptions(provider), enabled: open });
  return (
    <details className="mt-2" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-sm text-muted hover:text-text">{m.served}</summary>
      {open && (
        <Pending
          label={m.loadingServed}
          waiting={served.isPending}
          title={m.notServed}
          error={served.error}
          onRetry={() => void served.refetch()}
          rows={2}
        />
      )}
      <ul className="mt-1.5 grid gap-1 text-sm">
        {served.data?.map(({ name, size, parameters, quantization }) => (
          <li key={name} className="flex flex-wrap gap-x-3">
            <span className="mono break-all">{name}</span>
            <span className="text-muted">
              {[size && inBytes(size), parameters, quantization].filter(Boolean).join(", ")}
            </span>
          </li>
        ))}
        {served.data?.length === 0 && <li className="text-muted">{m.none}</li>}
      </ul>
    </details>
  );
}
