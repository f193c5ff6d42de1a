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
    about: m.healthRecentRequestsWhat,
  },
  { section: "chat", title: m.chat, key: "c", about: m.sayWhatShouldHappen },
  { section: "monitor", title: m.monitor, key: "m", about: m.whatRunsAndWhat },
  { section: "audit", title: m.audit, key: "a", about: m.everyRecordWithIts },
  { section: "settings", title: m.settings, key: "s", about: m.themeConfirmationsYourLogin },
];

export const HELP: Page = { section: "help", title: m.help, key: "h", about: m.examplesLevelsShortcuts };
