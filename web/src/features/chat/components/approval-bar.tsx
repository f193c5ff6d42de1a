import { useId, useState } from "react";
import type { Query } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { Kbd } from "@/components/kbd";
import { Until } from "@/components/time";
import { useUi } from "@/lib/ui-store";
import { useNow } from "@/lib/use-now";
import { cards as m } from "@/messages/cards";
import { useApprove } from "../api/approve";
import { usePreview } from "../api/preview";
import { voidedBy, withoutProgram } from "../words";
import { Bar } from "./bar";
import { DenyButton } from "./deny-button";

/** Yes or no. The button says what it does; for what can't be taken lightly its name is typed first. */
export function ApprovalBar({ query }: { query: Query }) {
  const [typed, setTyped] = useState("");
  const approve = useApprove(query);
  const preview = usePreview(query);
  const offer = useUi((ui) => ui.offerDraft);
  const now = useNow();
  const until = query.expires_at ? Date.parse(query.expires_at) : null;
  const expired = until !== null && until <= now;
  const careful = useUi((ui) => ui.preferences.alwaysConfirm);
  // What the policy asks for, or what the person asks of themselves.
  const phrase = query.confirm ?? (careful ? (query.targets?.[0]?.name ?? "yes") : null);
  const ready = phrase === null || typed === phrase;
  const label = query.action ?? withoutProgram(query.command ?? m.runIt);

  return (
    <Bar>
      <div className="flex flex-wrap items-center gap-2 max-sm:gap-x-1.5 max-sm:gap-y-1.5 max-sm:[&>button]:px-3">
        {phrase !== null && !expired && <Phrase phrase={phrase} value={typed} onChange={setTyped} />}
        {expired ? (
          <Button
            tone="primary"
            data-key="approve"
            onClick={() => preview.mutate()}
            disabled={preview.isPending}
          >
            {m.previewAgain}
          </Button>
        ) : (
          <Button
            tone={query.level === "dangerous" ? "danger" : "primary"}
            data-key={phrase === null ? "approve" : undefined}
            disabled={!ready || approve.isPending}
            onClick={() => approve.mutate(query.confirm ?? null)}
          >
            {approve.isPending ? m.running : label}
          </Button>
        )}
        <Button data-key="edit" onClick={() => offer(query.command ?? query.request ?? "")}>
          <span className="sm:hidden" aria-hidden="true">
            {m.edit}
          </span>
          <span className="max-sm:sr-only">{query.command ? m.editCommand : m.editRequest}</span>
        </Button>
        <DenyButton query={query} />
        <p className="ml-auto text-xs text-faint tabular-nums max-sm:ml-0 max-sm:w-full">
          {expired ? m.expiredNothingWasRun : voidedBy(query)}
          {query.expires_at && !expired && (
            <>
              {" "}
              <Fill text={m.expiresIn} time={<Until iso={query.expires_at} />} />
            </>
          )}
        </p>
      </div>
      <KeyHint confirm={phrase !== null} />
      {approve.isError && (
        <div className="mt-3">
          <ErrorNotice title={m.itWasNotRun} error={approve.error} />
        </div>
      )}
      {preview.isError && (
        <div className="mt-3">
          <ErrorNotice title={m.thereIsNoNew} error={preview.error} />
        </div>
      )}
    </Bar>
  );
}

interface PhraseProps {
  phrase: string;
  value: string;
  onChange: (value: string) => void;
}

function Phrase({ phrase, value, onChange }: PhraseProps) {
  const id = useId();
  return (
    <div className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 sm:pb-1">
      <label htmlFor={id} className="text-sm">
        <Fill
          text={m.typeToConfirm}
          phrase={<span className="mono font-semibold break-all">{phrase}</span>}
        />
      </label>
      <input
        id={id}
        data-key="approve"
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="mono h-[34px] min-w-0 flex-1 rounded-lg border border-line bg-surface px-2.5 sm:max-w-64"
      />
    </div>
  );
}

/** Keeps its place when it is not shown: a button that moves between press and release is not clicked. */
function KeyHint({ confirm }: { confirm: boolean }) {
  return (
    <p className="invisible mt-2 text-xs text-faint max-sm:hidden [article:focus-visible_&]:visible">
      <Fill
        text={m.keysOfTheCard}
        a={<Kbd>{m.keyA}</Kbd>}
        goes={confirm ? m.goesToTheConfirmation : m.goesToTheButton}
        then={<Kbd>{confirm ? m.keyTab : m.keyEnter}</Kbd>}
        confirm={
          confirm && (
            <>
              {m.and} <Kbd>{m.keyEnter}</Kbd>{" "}
            </>
          )
        }
        e={<Kbd>{m.keyE}</Kbd>}
        c={<Kbd>{m.keyC}</Kbd>}
      />
    </p>
  );
}
