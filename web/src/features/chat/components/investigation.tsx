import { useId, useRef } from "react";
import type { AnswerDraft, Claim, Look, Query } from "@/api/types";
import { Badge, Dot } from "@/components/badge";
import { isMoving, stateWords } from "@/lib/states";
import { investigation as m } from "@/messages/investigation";
import { useLooks, useParts, useWritten } from "../investigation";
import { ResultView } from "./result-view";

/** A question that was looked into: the answer, what each finding rests on, every step, and what is proposed. */
export function Investigation({ query }: { query: Query }) {
  const steps = useRef<HTMLOListElement>(null);
  const parts = useParts(query);
  const looks = useLooks(query, parts);
  const { claims = [], fixes = [] } = query.investigation ?? {};
  const written = useWritten(query);
  const moving = isMoving(query.state);
  // A finding leads to the step that it rests on.
  const open = (id: string) => {
    const step = steps.current?.querySelector<HTMLDetailsElement>(`details[data-step="${id}"]`);
    if (!step) return;
    step.open = true;
    step.querySelector("summary")?.focus();
    step.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      <Said query={query} written={written} />
      {written && written.claims.length > 0 && (
        <Part title={m.findings} about={m.findingsWritten}>
          <ol>
            {written.claims.map((text, i) => (
              <Writing key={i} text={text} />
            ))}
          </ol>
        </Part>
      )}
      {claims.length > 0 && (
        <Part title={m.findings} about={m.readThem}>
          <ol>
            {claims.map((claim) => (
              <Finding key={claim.text} claim={claim} onOpen={open} />
            ))}
          </ol>
        </Part>
      )}
      {fixes.length > 0 && (
        <Part title={m.fixes} about={m.fixesAbout}>
          <ol className="px-4 pb-3.5">
            {fixes.map(({ command, why, query: made, message }) => (
              <li key={`${command} ${why}`} className="py-1">
                <code className="mono break-words">{command}</code>
                <span className="block text-sm text-muted">{why}</span>
                {!made && <span className="block text-sm text-warn">{message}</span>}
              </li>
            ))}
          </ol>
        </Part>
      )}
      <Part title={m.steps}>
        {looks.length === 0 && <p className="px-4 pb-3.5 text-muted">{m.noSteps}</p>}
        <ol ref={steps} aria-label={m.steps} aria-live={moving ? "polite" : undefined}>
          {looks.map((look) => (
            <Step key={look.number} look={look} part={parts.find((one) => one.query === look.query)} />
          ))}
        </ol>
      </Part>
    </>
  );
}

interface SaidProps {
  query: Query;
  written: AnswerDraft | null;
}

/** The answer. It grows where the checked one will stand; whoever listens is told it when it is complete. */
function Said({ query: { state, message, models }, written }: SaidProps) {
  const model = models?.at(-1)?.model;
  const running = state === "executing";
  if (state === "cancelled") return <p className="px-4 pb-3.5 text-muted">{m.stopped}</p>;
  if (!running && (state !== "succeeded" || !message)) return null;
  const answer = running ? written?.message : message;
  const about = running ? m.notChecked : model && m.inTheWords(model);
  return (
    <div className="px-4 pb-3.5" aria-live="polite" aria-busy={running}>
      {answer ? (
        <>
          <p className="break-words whitespace-pre-wrap">{answer}</p>
          {about && <p className="mt-1 text-xs text-faint">{about}</p>}
        </>
      ) : (
        <p className="text-muted">{m.running}</p>
      )}
    </div>
  );
}

/** A finding that is being written. */
function Writing({ text }: { text: string }) {
  return (
    <li className="border-t border-line2 px-4 py-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 break-words max-sm:basis-full">{text}</p>
        <Badge tone="plain">{m.unchecked}</Badge>
      </div>
    </li>
  );
}

function Part({ title, about, children }: { title: string; about?: string; children: React.ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t border-line2">
      <h3 id={id} className="px-4 pt-3 pb-1 font-semibold">
        {title}
      </h3>
      {about && <p className="px-4 pb-1.5 text-sm text-muted">{about}</p>}
      {children}
    </section>
  );
}

interface FindingProps {
  claim: Claim;
  onOpen: (query: string) => void;
}

/** A finding with the lines that it rests on, or the word that it is a guess. */
function Finding({ claim: { text, supported, evidence }, onOpen }: FindingProps) {
  return (
    <li className="border-t border-line2 px-4 py-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 break-words max-sm:basis-full">{text}</p>
        <Badge tone={supported ? "plain" : "warn"}>{supported ? m.restsOn(evidence.length) : m.guess}</Badge>
      </div>
      {evidence.map(({ query, command, first, last, lines }) => (
        <details key={`${query} ${first} ${last}`} className="mt-1">
          <summary className="w-fit max-w-full text-sm break-words text-primary">
            {m.evidence(command, first, last)}
          </summary>
          <div
            role="group"
            aria-label={m.linesOf(command)}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
            tabIndex={0}
            className="mono mt-1.5 max-h-64 overflow-auto rounded-lg bg-sunken py-2"
          >
            {lines.map((line, i) => (
              <div key={first + i} className="min-w-max px-3 whitespace-pre">
                {line || " "}
              </div>
            ))}
          </div>
          <button
            type="button"
            onClick={() => onOpen(query)}
            className="mt-1 text-sm font-medium text-primary hover:underline"
          >
            {m.wholeAnswer}
          </button>
        </details>
      ))}
    </li>
  );
}

/** One command that was run, or was not and why. */
function Step({ look: { number, command, problem, query }, part }: { look: Look; part: Query | undefined }) {
  const opens = Boolean(part?.result) && !problem;
  const label = (
    <>
      <span aria-hidden="true" className="w-3 shrink-0 text-faint">
        {opens && <span className="inline-block group-open:rotate-90">▸</span>}
      </span>
      <span className="w-5 shrink-0 text-muted tabular-nums">{number}</span>
      <code className="mono min-w-0 flex-1 break-words max-sm:basis-[80%]">{command}</code>
      <StepState problem={problem ?? null} part={part} />
    </>
  );
  const row = "flex flex-wrap items-baseline gap-x-2 gap-y-1 px-4 py-2";
  return (
    <li className="border-t border-line2 first:border-t-0">
      {opens && part?.result ? (
        <details data-step={query} className="group">
          <summary className={`${row} list-none hover:bg-sunken`}>{label}</summary>
          <ResultView result={part.result} label={m.result(number)} command={command} />
        </details>
      ) : (
        <div className={row}>{label}</div>
      )}
      {problem && <p className="px-4 pb-2 pl-12 text-sm break-words text-muted">{problem}</p>}
    </li>
  );
}

function StepState({ problem, part }: { problem: string | null; part: Query | undefined }) {
  const { word, tone } = problem
    ? { word: m.notRun, tone: "warn" as const }
    : stateWords(part?.state ?? "executing");
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted">
      <Dot tone={tone} />
      {word}
    </span>
  );
}
