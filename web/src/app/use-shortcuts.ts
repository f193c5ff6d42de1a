import { useEffect } from "react";
import { newConversation } from "@/features/chat/components/session-list";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], dialog") !== null
  );
}

/** "/" and "n" everywhere but in fields. They can be switched off on the help page. */
export function useShortcuts(): void {
  const enabled = useUi((ui) => ui.singleKeys);
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "/") {
        const composer = document.getElementById("composer");
        if (composer) composer.focus();
        else navigate("/chat");
      } else if (event.key === "n") newConversation();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
