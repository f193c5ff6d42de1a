import { Skeleton } from "@/components/skeleton";
import { cards as m } from "@/messages/cards";
import { Said } from "./said";

/** The words just sent, and the shape of the card to come. */
export function PendingTurn({ text }: { text: string }) {
  return (
    <>
      <Said words={text} spans={[]} />
      <div role="status" className="overflow-hidden rounded-card border border-line bg-surface shadow-card">
        <div className="running-bar" aria-hidden="true" />
        <div className="flex flex-col gap-3 p-4">
          <p className="text-muted">{m.readingItCheckingYour}</p>
          <Skeleton className="h-9" />
          <Skeleton className="w-2/3" />
          <Skeleton className="w-1/2" />
        </div>
      </div>
    </>
  );
}
