const DURATION = /^(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const QUANTITY = /^(-?\d+(?:\.\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi|%)?$/;
const COUNT_SINCE = /^(\d+) \(.+ ago\)$/;
const SCALE: Record<string, number> = {
  "": 1,
  "%": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

export type ColumnKind = "number" | "duration" | "text";

function seconds(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match || text === "") return null;
  const [years = 0, days = 0, hours = 0, minutes = 0, rest = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (((years * 365 + days) * 24 + hours) * 60 + minutes) * 60 + rest;
}

function quantity(text: string): number | null {
  const since = COUNT_SINCE.exec(text);
  if (since) return Number(since[1]);
  const match = QUANTITY.exec(text);
  return match ? Number(match[1]) * (SCALE[match[2] ?? ""] ?? 1) : null;
}

const EMPTY = new Set(["", "–", "-", "<none>", "<unknown>", "<invalid>"]);

export function isEmpty(text: string): boolean {
  return EMPTY.has(text);
}

/** What a column holds, from its name and every value in it. */
export function columnKind(name: string, values: string[]): ColumnKind {
  const filled = values.filter((value) => !isEmpty(value));
  if (filled.length === 0) return "text";
  const isTime = /age|last|duration|since|seen|lookback/i.test(name);
  if (isTime && filled.every((value) => seconds(value) !== null)) return "duration";
  return filled.every((value) => quantity(value) !== null) ? "number" : "text";
}

export type SortKey = number | string | null;

/** What a cell is sorted by; made once, compared often. Numbers in texts count as numbers, case counts nothing. */
export function sortKey(text: string, kind: ColumnKind): SortKey {
  if (isEmpty(text)) return null;
  if (kind === "duration") return seconds(text) ?? 0;
  if (kind === "number") return quantity(text) ?? 0;
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** Orders two cells of a column; empty ones come last in both directions. */
export function compareKeys(a: SortKey, b: SortKey, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (a === b) return 0;
  return a < b ? -direction : direction;
}
