import { useEffect } from "react";
import { newConversation } from "@/features/chat/components/session-list";
import { HELP, PAGES } from "@/lib/pages";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], dialog") !== null
  );
}

/** How long after G the second key counts. */
const SECOND_KEY = 1500;

/** Ctrl/⌘-K always; single keys everywhere but in fields, unless they are switched off in the settings. */
export function useShortcuts(): void {
  const enabled = useUi((ui) => ui.singleKeys);
  useEffect(() => {
    // Long ago: a page that has just been opened waits for no second key.
    let leader = Number.NEGATIVE_INFINITY;
    const onKeyDown = (event: KeyboardEvent) => {
      const ui = useUi.getState();
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        ui.setOverlay(ui.overlay === "palette" ? null : "palette");
        event.preventDefault();
        return;
      }
      if (!enabled || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const after = performance.now() - leader < SECOND_KEY;
      leader = Number.NEGATIVE_INFINITY;
      const page = after && [...PAGES, HELP].find(({ key }) => key === event.key);
      if (page) navigate(`/${page.section}`);
      else if (event.key === "g") leader = performance.now();
      else if (event.key === "?") ui.setOverlay("shortcuts");
      else if (event.key === "/") toField();
      else if (event.key === "n") newConversation();
      else if (event.key === "j" || event.key === "k") nextCard(event.key === "j" ? 1 : -1);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}

function toField(): void {
  const field = document.querySelector<HTMLElement>("#composer, #main input[type=search]");
  if (field) field.focus();
  else navigate("/chat");
}

function nextCard(step: 1 | -1): void {
  const cards = [...document.querySelectorAll<HTMLElement>("article[data-query]")];
  const here = cards.findIndex((card) => card.contains(document.activeElement));
  const next = here < 0 ? cards.at(step === 1 ? 0 : -1) : cards[here + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
