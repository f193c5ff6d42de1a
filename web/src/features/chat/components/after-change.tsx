import type { Query } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { canUndo } from "@/lib/states";
import { cards as m } from "@/messages/cards";
import { useUndo } from "../api/undo";
import type { Say } from "../attachments";
import { useFollow } from "../use-follow";
import { lookAgain } from "../words";
import { Bar } from "./bar";

interface Props {
  query: Query;
  onSay: Say;
}

/** After a change: how it stands now, and the way back. */
export function AfterChange({ query, onSay }: Props) {
  const undo = useUndo(query);
  const look = lookAgain(query);
  const back = query.undo?.available && canUndo(query.state);
  useFollow(query);
  if (!back && !look) return null;
  return (
    <Bar>
      <div className="flex flex-wrap items-center gap-2">
        {back && (
          <Button onClick={() => undo.mutate()} disabled={undo.isPending}>
            {m.undo}
          </Button>
        )}
        {look && <Button onClick={() => onSay(look)}>{m.showHowItStands}</Button>}
        {query.undo?.text && query.state !== "failed" && (
          <p className="ml-auto text-xs text-faint max-sm:ml-0 max-sm:w-full">
            {back ? m.undoOf : ""}
            {query.undo.text}
          </p>
        )}
      </div>
      {undo.isError && (
        <div className="mt-3">
          <ErrorNotice title={m.theUndoWasNot} error={undo.error} />
        </div>
      )}
    </Bar>
  );
}
