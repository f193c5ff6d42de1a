import { useEffect, useRef } from "react";

/** Keeps the end of a scroll area in view while more arrives. */
export function useEnd(text: string, follow: boolean) {
  const area = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when text arrives.
  useEffect(() => {
    if (follow && area.current) area.current.scrollTop = area.current.scrollHeight;
  }, [text, follow]);
  return area;
}
