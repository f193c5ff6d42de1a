import { create } from "zustand";
import type { AnswerDraft, Look } from "@/api/types";

export type Connection = "connecting" | "live" | "waiting" | "off";

interface Draft {
  text: string;
  /** Changes whenever something other than typing set the text, so that the composer takes focus. */
  revision: number;
}

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "bad";
  /** Where it leads, with the words of the link. */
  link?: { to: string; label: string };
}

export type Overlay = "palette" | "shortcuts";

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
  /** What investigations that run have looked at, as it is told. */
  looks: Record<string, Look[]>;
  addLook: (query: string, look: Look) => void;
  /** Answers that are being written, as far as they are; nothing of them has been checked. */
  written: Record<string, AnswerDraft | null>;
  setWritten: (query: string, draft: AnswerDraft | null) => void;
  /** Who reads the next words; null for whoever is sure. */
  provider: string | null;
  setProvider: (provider: string | null) => void;
  announcement: string;
  announce: (text: string) => void;
  singleKeys: boolean;
  setSingleKeys: (on: boolean) => void;
  overlay: Overlay | null;
  setOverlay: (overlay: Overlay | null) => void;
  toasts: Toast[];
  toast: (toast: Omit<Toast, "id">) => void;
  dismiss: (id: number) => void;
  /** Words that another page has for the chat; the chat sends them as soon as it is there. */
  outbox: string | null;
  setOutbox: (text: string | null) => void;
  preferences: Preferences;
  setPreferences: (change: Partial<Preferences>) => void;
}

/** What this browser remembers of how its person likes to work. None of it makes anything less careful. */
export interface Preferences {
  /** Contexts whose name contains one of these words are marked as production. */
  production: string[];
  /** Type the name also for changes that only need a yes. */
  alwaysConfirm: boolean;
  /** Show times in UTC instead of the own zone. */
  utc: boolean;
  /** Conversations that stand above the others. */
  pinned: string[];
  /** Searches of the audit log, by the name given to them. */
  searches: { name: string; search: string }[];
}

const WHERE = "kubechat.where";
const PREFERENCES = "kubechat.preferences";
const DEFAULTS: Preferences = {
  production: ["prod", "prd", "live"],
  alwaysConfirm: false,
  utc: false,
  pinned: [],
  searches: [],
};
const MAX_TOASTS = 4;

function stored<T extends object>(key: string, otherwise: T): T {
  try {
    return { ...otherwise, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<T>) };
  } catch {
    return otherwise;
  }
}

function where(): { cluster: string | null; namespace: string | null } {
  return stored(WHERE, { cluster: null, namespace: null });
}

let toasts = 0;

const MAX_LINES = 2000;
const SINGLE_KEYS = "kubechat.single-keys";

export const useUi = create<UiState>()((set) => ({
  draft: { text: "", revision: 0 },
  setDraft: (text) => set((s) => ({ draft: { ...s.draft, text } })),
  offerDraft: (text) => set((s) => ({ draft: { text, revision: s.draft.revision + 1 } })),
  ...where(),
  setWhere: (cluster, namespace) => {
    localStorage.setItem(WHERE, JSON.stringify({ cluster, namespace }));
    set({ cluster, namespace });
  },
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
  looks: {},
  addLook: (query, look) =>
    set((s) => ({ looks: { ...s.looks, [query]: [...(s.looks[query] ?? []), look] } })),
  written: {},
  setWritten: (query, draft) => set((s) => ({ written: { ...s.written, [query]: draft } })),
  provider: null,
  setProvider: (provider) => set({ provider }),
  announcement: "",
  announce: (announcement) => set({ announcement }),
  singleKeys: localStorage.getItem(SINGLE_KEYS) !== "off",
  setSingleKeys: (singleKeys) => {
    localStorage.setItem(SINGLE_KEYS, singleKeys ? "on" : "off");
    set({ singleKeys });
  },
  overlay: null,
  setOverlay: (overlay) => set({ overlay }),
  toasts: [],
  toast: (toast) => {
    toasts += 1;
    const id = toasts;
    set((s) => ({ toasts: [...s.toasts, { ...toast, id }].slice(-MAX_TOASTS) }));
  },
  dismiss: (id) => set((s) => ({ toasts: s.toasts.filter((one) => one.id !== id) })),
  outbox: null,
  setOutbox: (outbox) => set({ outbox }),
  preferences: stored(PREFERENCES, DEFAULTS),
  setPreferences: (change) =>
    set((s) => {
      const preferences = { ...s.preferences, ...change };
      localStorage.setItem(PREFERENCES, JSON.stringify(preferences));
      return { preferences };
    }),
}));

/** One preference and how to change it. */
export function usePreference<K extends keyof Preferences>(
  name: K,
): [Preferences[K], (value: Preferences[K]) => void] {
  const value = useUi((ui) => ui.preferences[name]);
  const set = useUi((ui) => ui.setPreferences);
  return [value, (next) => set({ [name]: next })];
}
