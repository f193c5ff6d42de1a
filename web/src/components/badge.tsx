import { clsx } from "clsx";
import type { ReactNode } from "react";
import type { Tone } from "@/lib/tone";

export type { Tone };

const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-primary-soft text-primary",
  plain: "bg-sunken text-muted",
  practice: "bg-practice-soft text-practice",
};

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={clsx("rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap", TONES[tone])}>
      {children}
    </span>
  );
}

const DOTS: Record<Tone, string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  info: "bg-primary",
  plain: "bg-faint",
  practice: "bg-practice",
};

/** A coloured dot that always stands beside the word it colours. */
export function Dot({ tone }: { tone: Tone }) {
  return (
    <span aria-hidden="true" className={clsx("inline-block size-[7px] shrink-0 rounded-full", DOTS[tone])} />
  );
}
