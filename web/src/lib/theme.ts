import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "kubechat.theme";
const CHANGED = "kubechat:theme";

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(KEY);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEY, theme);
  }
  dispatchEvent(new Event(CHANGED));
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

function subscribe(notify: () => void): () => void {
  addEventListener(CHANGED, notify);
  return () => removeEventListener(CHANGED, notify);
}

/** The theme, wherever it was chosen. */
export function useTheme() {
  const theme = useSyncExternalStore(subscribe, currentTheme);
  return { theme, choose: setTheme, cycle: () => setTheme(NEXT[theme]) };
}
