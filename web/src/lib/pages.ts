/** The pages of the app: one list for navigation, palette, shortcuts and titles. */
export interface Page {
  section: string;
  title: string;
  /** Pressed after G. */
  key: string;
  /** What one finds there. */
  about: string;
}

export const PAGES: Page[] = [
  {
    section: "dashboard",
    title: "Dashboard",
    key: "d",
    about: "Health, recent requests, what waits for you",
  },
  { section: "chat", title: "Chat", key: "c", about: "Say what should happen" },
  { section: "monitor", title: "Monitor", key: "m", about: "What runs, and what needs attention" },
  { section: "audit", title: "Audit", key: "a", about: "Every record, with its proof" },
  { section: "settings", title: "Settings", key: "s", about: "Theme, confirmations, your login" },
];

export const HELP: Page = { section: "help", title: "Help", key: "h", about: "Examples, levels, shortcuts" };
