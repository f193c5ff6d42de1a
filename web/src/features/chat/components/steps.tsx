import type { Query } from "@/api/types";
import { Dot } from "@/components/badge";
import { LevelBadge } from "@/components/level-badge";
import { stateWords } from "@/lib/states";
import { cards as m } from "@/messages/cards";
import { CommandLine } from "./command-line";
import { Diff } from "./diff";
import { ResultView } from "./result-view";

/** The parts of a plan, each with its own state. */
export function Steps({ steps }: { steps: Query[] }) {
  if (steps.length === 0) return null;
  return (
    <ol aria-label={m.steps} className="border-t border-line2">
      {steps.map((step, i) => {
        const { word, tone } = stateWords(step.state);
        return (
          <li key={step.query} data-state={step.state} className="border-b border-line2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-3 pb-2">
              <span className="min-w-0 flex-1 font-medium break-words max-sm:basis-full">
                {i + 1}. {step.explanation ?? step.command ?? m.notYetKnown}
              </span>
              <span className="inline-flex items-center gap-1.5 text-sm text-muted">
                <Dot tone={tone} />
                {word}
              </span>
              <LevelBadge level={step.level} />
            </div>
            {step.command && <CommandLine command={step.command} />}
            {step.unconfirmed && (
              <p className="px-4 pb-3 text-warn">{m.notConfirmedByThe(step.unconfirmed)}</p>
            )}
            <Diff deltas={step.diff ?? []} />
            {step.result && <ResultView result={step.result} label={m.resultOfStep(i + 1)} />}
            {(step.error?.message ?? step.message) && (
              <p className="px-4 pb-3 text-muted">{step.error?.message ?? step.message}</p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
