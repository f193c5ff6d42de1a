import type { ReactNode, Ref } from "react";
import { components as m } from "@/messages/components";
import { CopyButton } from "./copy-button";
import { SearchField } from "./search-field";

interface Props {
  label: string;
  /** What is copied. */
  text: string;
  /** Find, count and switches, from the left. */
  bar: ReactNode;
  area?: Ref<HTMLDivElement>;
  /** Most of the screen instead of a part of it. */
  tall?: boolean;
  children: ReactNode;
}

/** A text in the code font: a bar above, a scroll area below. */
export function Document({ label, text, bar, area, tall = false, children }: Props) {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line2 bg-sunken px-3 py-1.5 text-xs text-muted">
        {bar}
        <CopyButton text={text} label={m.copyOf(label)} />
      </div>
      <div
        role="group"
        ref={area}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
        tabIndex={0}
        className={`mono relative overflow-auto py-2 ${tall ? "max-h-[70vh]" : "max-h-[420px]"}`}
      >
        {children}
      </div>
    </div>
  );
}

interface CheckProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  className?: string;
}

/** A switch in the bar of a document. */
export function BarCheck({ label, on, onChange, className = "" }: CheckProps) {
  return (
    <label className={`flex items-center gap-1.5 ${className}`}>
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

interface FindProps {
  /** Of the document. */
  label: string;
  text: string;
  onChange: (text: string) => void;
}

/** Finds in the document below. */
export function FindIn({ label, text, onChange }: FindProps) {
  return (
    <SearchField
      small
      label={m.findIn(label)}
      hint={m.find}
      value={text}
      onChange={onChange}
      className="w-40"
    />
  );
}
