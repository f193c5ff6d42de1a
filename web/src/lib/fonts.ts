import { CHANGED } from "./router";

const FETCHED = "kubechat.fonts";

/**
 * Text is readable in the system's font at once. On a first visit ours are fetched when nothing else waits, and used
 * from the next page on: text that a person reads does not change under their eyes. before-paint.js does the rest.
 */
export async function fetchFonts(): Promise<void> {
  const root = document.documentElement;
  if (root.dataset.fonts || !document.fonts) return;
  try {
    await Promise.all([document.fonts.load("14px Inter"), document.fonts.load('14px "JetBrains Mono"')]);
    localStorage.setItem(FETCHED, "yes");
  } catch {
    // Without them, and asked again next time.
    return;
  }
  const use = () => {
    root.dataset.fonts = "ours";
  };
  addEventListener(CHANGED, use, { once: true });
}
