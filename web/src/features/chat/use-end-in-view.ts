import { type RefObject, useEffect, useRef } from "react";

const NEAR = 48;

/**
 * Keeps the end of a scroll area in view: whenever `what` changes, and while its content grows (a table arrives)
 * for as long as the person has not scrolled away.
 */
export function useEndInView<T extends HTMLElement>(what: string): RefObject<T | null> {
  const area = useRef<T>(null);
  const follows = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when.
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    follows.current = true;
    element.scrollTop = element.scrollHeight;
  }, [what]);

  useEffect(() => {
    const element = area.current;
    const content = element?.lastElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    let { scrollTop: last, scrollHeight: height } = element;
    // Only going up is a wish to stay: content that grows may be seen before the event of our own scrolling,
    // and content that shrinks for a moment moves what is in view up by itself.
    const onScroll = () => {
      const up = element.scrollTop < last && element.scrollHeight === height;
      ({ scrollTop: last, scrollHeight: height } = element);
      if (height - last - element.clientHeight < NEAR) follows.current = true;
      else if (up) follows.current = false;
    };
    observer.observe(element);
    observer.observe(content);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);
  return area;
}
