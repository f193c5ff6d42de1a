export interface AuditFilter {
  user: string;
  level: string;
  kind: string;
  namespace: string;
  text: string;
  query: string;
  session: string;
  since: string;
  until: string;
}

export const FILTER_KEYS: (keyof AuditFilter)[] = [
  "user",
  "level",
  "kind",
  "namespace",
  "text",
  "query",
  "session",
  "since",
  "until",
];

export function fromSearch(search: URLSearchParams): AuditFilter {
  const filter = {} as AuditFilter;
  for (const key of FILTER_KEYS) filter[key] = search.get(key) ?? "";
  return filter;
}

export function isActive(filter: AuditFilter): boolean {
  return FILTER_KEYS.some((key) => filter[key] !== "");
}

/** A time as typed, in the reader's zone, as the server wants it. */
function instant(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? local : date.toISOString();
}

export function toQuery(filter: AuditFilter): Partial<AuditFilter> {
  const query: Partial<AuditFilter> = {};
  for (const key of FILTER_KEYS) {
    if (filter[key] === "") continue;
    query[key] = key === "since" || key === "until" ? instant(filter[key]) : filter[key];
  }
  return query;
}

/** The address of the page with some of it changed; an empty value takes a part out. */
export function auditAddress(search: URLSearchParams, change: Record<string, string>): string {
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value === "") next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  return text === "" ? "/audit" : `/audit?${text}`;
}
