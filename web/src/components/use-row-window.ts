import { type RefObject, useEffect, useRef, useState } from "react";

export const ROW_HEIGHT = 34;
const WINDOW_FROM = 100;
const OVERSCAN = 12;
const VIEW_ROWS = 16;

interface RowWindow {
  area: RefObject<HTMLDivElement | null>;
  first: number;
  last: number;
}

/** Which rows of a long table are in view of its scroll area; all of them in a short one. */
export function useRowWindow(total: number, tall = false): RowWindow {
  const area = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [rows, setRows] = useState(VIEW_ROWS);
  const windowed = total > WINDOW_FROM;
  useEffect(() => {
    const element = area.current;
    if (!windowed || !element) return;
    // Steps of a few rows: scrolling inside one renders nothing.
    const onScroll = () => setTop(Math.floor(element.scrollTop / ROW_HEIGHT / 4) * 4);
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [windowed]);
  useEffect(() => {
    const element = area.current;
    if (!windowed || !tall || !element) return;
    const observer = new ResizeObserver(() => setRows(Math.ceil(element.clientHeight / ROW_HEIGHT) + 4));
    observer.observe(element);
    return () => observer.disconnect();
  }, [windowed, tall]);
  if (!windowed) return { area, first: 0, last: total };
  const first = Math.max(0, Math.min(top, total) - OVERSCAN);
  return { area, first, last: Math.min(total, top + rows + OVERSCAN) };
}
