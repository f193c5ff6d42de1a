import { useState } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "kubechat.theme";

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
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function useTheme(): [Theme, () => void] {
  const [theme, set] = useState(currentTheme);
  const cycle = () => {
    setTheme(NEXT[theme]);
    set(NEXT[theme]);
  };
  return [theme, cycle];
}
