import { HELP, PAGES } from "@/lib/pages";
import { MOD } from "@/lib/platform";

export interface Shortcut {
  press: string[];
  does: string;
}

/** Every key that does something, by where it works: for the sheet and for the help page. */
export const SHORTCUTS: { where: string; keys: Shortcut[] }[] = [
  {
    where: "Everywhere",
    keys: [
      { press: [`${MOD} K`], does: "Find or do anything" },
      { press: ["?"], does: "These shortcuts" },
      { press: ["/"], does: "Go to the message field, or to the filter of a table" },
      { press: ["N"], does: "New conversation" },
      { press: ["Esc"], does: "Close what is open" },
    ],
  },
  {
    where: "Go to",
    keys: [...PAGES, HELP].map(({ key, title }) => ({ press: ["G", key.toUpperCase()], does: title })),
  },
  {
    where: "Message field",
    keys: [
      { press: ["Enter"], does: "Send; it never runs a change" },
      { press: ["Shift Enter"], does: "New line" },
      { press: ["↑"], does: "In the empty field: the last message again" },
    ],
  },
  {
    where: "Preview card",
    keys: [
      { press: ["A", "Enter"], does: "Go to the button, then run it" },
      { press: ["E"], does: "Edit the command" },
      { press: ["C"], does: "Cancel, with a reason" },
      { press: ["J"], does: "Next card" },
      { press: ["K"], does: "Card before" },
    ],
  },
  {
    where: "Table",
    keys: [
      { press: ["↑"], does: "Row above" },
      { press: ["↓"], does: "Row below" },
      { press: ["Enter"], does: "Open the row" },
    ],
  },
];
