import type { Row, Scene, View } from "@/api/types";

/** What is asked to be kept in view. */
export type Request = Scene & { cluster: string };

/** A row with when it came: ages go on counting from there. */
export interface LiveRow extends Row {
  at: number;
}

/** What a followed line holds now. A new object whenever something changed. */
export interface LiveTable {
  columns: string[];
  rows: LiveRow[];
  /** Where the server did not read the list to its end: how many there are, if it knows. */
  cut: { of: number | null } | null;
}

export interface Shown {
  /** Nothing has come yet. */
  waiting: boolean;
  view: View | null;
  /** The followed lines, by their place. */
  tables: ReadonlyMap<number, LiveTable>;
  error: { code: string; message: string } | null;
  /** When it was last known to be so, in milliseconds. */
  at: number | null;
}

type Change =
  | ({ told: "view" } & View)
  | { told: "same"; read_at: string }
  | { told: "rows"; line: number; columns: string[]; rows: Row[]; gone: string[]; cut?: LiveTable["cut"] };

interface Payload {
  view?: unknown;
  change?: Change;
  code?: string;
  message?: string;
}

const EMPTY: Shown = { waiting: true, view: null, tables: new Map(), error: null, at: null };

/** One scene that is kept in view, for everybody on the page who asks for the same. */
class Open {
  shown = EMPTY;
  /** The server was asked over the present line. */
  watched = false;
  readonly listeners = new Set<() => void>();
  private byId = new Map<number, Map<string, LiveRow>>();

  constructor(
    readonly id: string,
    readonly request: Request,
  ) {}

  /** The line was down: what comes next is a whole list. */
  reset(): void {
    this.byId.clear();
    this.watched = false;
  }

  fail(code: string, message: string): void {
    this.tell({ ...this.shown, waiting: false, error: { code, message } });
  }

  change(change: Change): void {
    if (change.told === "view") {
      const { told: _, ...view } = change;
      this.tell({ ...this.shown, waiting: false, view, error: null, at: Date.parse(view.read_at) });
    } else if (change.told === "same") {
      this.tell({ ...this.shown, at: Date.parse(change.read_at) });
    } else this.rows(change);
  }

  private rows({ line, columns, rows, gone, cut = null }: Extract<Change, { told: "rows" }>): void {
    const at = Date.now();
    const known = this.byId.get(line) ?? new Map<string, LiveRow>();
    this.byId.set(line, known);
    for (const uid of gone) known.delete(uid);
    for (const row of rows) known.set(rowId(row), { ...row, at });
    const old = this.shown.tables.get(line);
    const tables = new Map(this.shown.tables);
    tables.set(line, {
      columns: columns.length > 0 ? columns : (old?.columns ?? []),
      rows: [...known.values()],
      cut,
    });
    this.tell({ ...this.shown, waiting: false, tables, error: null, at });
  }

  private tell(shown: Shown): void {
    this.shown = shown;
    for (const listener of this.listeners) listener();
  }
}

export function rowId(row: Row): string {
  const { object } = row;
  return object?.uid ?? (object ? `${object.namespace}/${object.name}` : JSON.stringify(row.cells));
}

/** How long a scene that nobody shows is kept: going back to it costs nothing. */
const LINGER = 5000;

class Views {
  private open = new Map<string, Open>();
  private byId = new Map<string, Open>();
  private send: ((message: object) => void) | null = null;
  private last = 0;

  connect(send: (message: object) => void): void {
    this.send = send;
    for (const one of this.open.values()) {
      one.reset();
      if (one.listeners.size > 0) this.watch(one);
    }
  }

  disconnect(): void {
    this.send = null;
  }

  /** True for a message that is about a view. */
  receive(payload: unknown): boolean {
    const { view, change, code, message } = (payload ?? {}) as Payload;
    if (typeof view !== "string") return false;
    const one = this.byId.get(view);
    if (change) one?.change(change);
    else if (message) one?.fail(code ?? "view", message);
    return true;
  }

  /** The scene; opened when the first one listens, closed when nobody has for a while. */
  of(request: Request): Open {
    const key = JSON.stringify(request);
    const known = this.open.get(key);
    if (known) return known;
    this.last += 1;
    const one = new Open(`v${this.last}`, request);
    this.open.set(key, one);
    this.byId.set(one.id, one);
    return one;
  }

  subscribe(request: Request, listener: () => void): () => void {
    const one = this.of(request);
    if (!one.watched) this.watch(one);
    one.listeners.add(listener);
    return () => {
      one.listeners.delete(listener);
      setTimeout(() => this.closeIdle(one), LINGER);
    };
  }

  private closeIdle(one: Open): void {
    if (one.listeners.size > 0 || !this.byId.delete(one.id)) return;
    this.open.delete(JSON.stringify(one.request));
    this.send?.({ type: "unwatch", payload: { id: one.id } });
  }

  private watch(one: Open): void {
    if (!this.send) return;
    one.watched = true;
    this.send({ type: "watch", payload: { id: one.id, ...one.request } });
  }
}

/** The scenes that this page keeps in view over its one WebSocket. */
export const views = new Views();
