import type { Query } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { isInvestigation } from "@/lib/investigation";
import { canPreviewAgain, hasRun, isOpen } from "@/lib/states";
import { useUi } from "@/lib/ui-store";
import { cards as words } from "@/messages/cards";
import { investigation as m } from "@/messages/investigation";
import { useCancel } from "../api/cancel";
import { usePreview } from "../api/preview";
import type { Say } from "../attachments";
import { editLine } from "../words";
import { AfterChange } from "./after-change";
import { ApprovalBar } from "./approval-bar";
import { Bar } from "./bar";
import { EditBar } from "./edit-bar";

interface Props {
  query: Query;
  onSay: Say;
}

/** The last line of the card: what can be done now. */
export function ActionBar({ query, onSay }: Props) {
  const { state } = query;
  if (isOpen(state) && query.approval_hash) return <ApprovalBar query={query} />;
  if (state === "executing") return <StopBar query={query} />;
  if (canPreviewAgain(state) && query.command) return <AgainBar query={query} />;
  const edit = editLine(query);
  if (edit) return <EditBar line={edit} text={query.result?.text ?? ""} onSay={onSay} />;
  if (hasRun(state) && query.command && query.level !== "safe")
    return <AfterChange query={query} onSay={onSay} />;
  return null;
}

function StopBar({ query }: { query: Query }) {
  const cancel = useCancel(query);
  return (
    <Bar>
      <Button onClick={() => cancel.mutate()} disabled={cancel.isPending}>
        {isInvestigation(query) ? m.stop : words.stop}
      </Button>
      {cancel.isError && <ErrorNotice title={words.itWasNotStopped} error={cancel.error} />}
    </Bar>
  );
}

function AgainBar({ query }: { query: Query }) {
  const preview = usePreview(query);
  const offer = useUi((ui) => ui.offerDraft);
  return (
    <Bar>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" onClick={() => preview.mutate()} disabled={preview.isPending}>
          {words.previewAgain}
        </Button>
        <Button data-key="edit" onClick={() => offer(query.command ?? "")}>
          {words.editCommand}
        </Button>
      </div>
      {preview.isError && (
        <div className="mt-3">
          <ErrorNotice title={words.thereIsNoNew} error={preview.error} />
        </div>
      )}
    </Bar>
  );
}
