import { common as m } from "@/messages/common";
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
    title: m.dashboard,
    key: "d",
    about: m.dashboardAbout,
  },
  { section: "chat", title: m.chat, key: "c", about: m.chatAbout },
  { section: "monitor", title: m.monitor, key: "m", about: m.monitorAbout },
  { section: "audit", title: m.audit, key: "a", about: m.auditAbout },
  { section: "settings", title: m.settings, key: "s", about: m.settingsAbout },
];

export const HELP: Page = { section: "help", title: m.help, key: "h", about: m.helpAbout };
