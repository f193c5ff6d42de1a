import { create } from "zustand";

export type Connection = "connecting" | "live" | "waiting" | "off";

interface Draft {
  text: string;
  /** Changes whenever something other than typing set the text, so that the composer takes focus. */
  revision: number;
}

interface UiState {
  draft: Draft;
  setDraft: (text: string) => void;
  offerDraft: (text: string) => void;
  /** Where a new conversation begins. */
  cluster: string | null;
  namespace: string | null;
  setWhere: (cluster: string | null, namespace: string | null) => void;
  /** The card that should take the keyboard focus when it appears. */
  focusCard: string | null;
  setFocusCard: (query: string | null) => void;
  pending: { session: string | null; text: string; seen: number } | null;
  setPending: (pending: UiState["pending"]) => void;
  connection: Connection;
  setConnection: (connection: Connection) => void;
  output: Record<string, string[]>;
  addOutput: (query: string, lines: string[]) => void;
  announcement: string;
  announce: (text: string) => void;
  singleKeys: boolean;
  setSingleKeys: (on: boolean) => void;
}

const MAX_LINES = 2000;
const SINGLE_KEYS = "kubechat.single-keys";

export const useUi = create<UiState>()((set) => ({
  draft: { text: "", revision: 0 },
  setDraft: (text) => set((s) => ({ draft: { ...s.draft, text } })),
  offerDraft: (text) => set((s) => ({ draft: { text, revision: s.draft.revision + 1 } })),
  cluster: null,
  namespace: null,
  setWhere: (cluster, namespace) => set({ cluster, namespace }),
  focusCard: null,
  setFocusCard: (focusCard) => set({ focusCard }),
  pending: null,
  setPending: (pending) => set({ pending }),
  connection: "connecting",
  setConnection: (connection) => set({ connection }),
  output: {},
  addOutput: (query, lines) =>
    set((s) => ({
      output: { ...s.output, [query]: [...(s.output[query] ?? []), ...lines].slice(-MAX_LINES) },
    })),
  announcement: "",
  announce: (announcement) => set({ announcement }),
  singleKeys: localStorage.getItem(SINGLE_KEYS) !== "off",
  setSingleKeys: (singleKeys) => {
    localStorage.setItem(SINGLE_KEYS, singleKeys ? "on" : "off");
    set({ singleKeys });
  },
}));
