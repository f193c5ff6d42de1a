import { common as m } from "@/messages/common";
import { LANGUAGE } from "@/messages/language";

/** Made when it is first needed: each costs the start of the page some milliseconds. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const whole = once(() => new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }));

export function count(n: number): string {
  return whole().format(n);
}

/** "1 Deployment", "3 Pods", "2 NetworkPolicies". */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${n === 1 ? noun : plural(noun)}`;
}

export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(s|x|ch|sh)$/.test(noun)) return noun.endsWith("Endpoints") ? noun : `${noun}es`;
  return `${noun}s`;
}

/** "4:51" until the moment, "0:00" after it. */
export function minutesLeft(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** Time of day today, date and time else, in the reader's zone. */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const time = date.toLocaleTimeString("en-GB");
  if (isSameDay(date, now)) return time;
  return `${date.toLocaleDateString("en-CA")} ${time}`;
}

/** The same in UTC, and saying so. */
export function utcMoment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The heading under which a conversation is listed. */
export function dayGroup(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (isSameDay(date, now)) return m.today;
  return now.getTime() - date.getTime() < 7 * 86_400_000 ? m.thisWeek : m.earlier;
}

/** "812 B", "3.4 kB": what the text weighs in UTF-8. */
export function byteSize(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** A long name by its beginning and its end: pods of one workload differ only there. */
export function middleCut(name: string, most = 20): string {
  if (name.length <= most) return name;
  const end = Math.ceil((most - 1) / 2);
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`;
}

export function shortHash(text: string): string {
  return text.length > 12 ? `${text.slice(0, 8)}…` : text;
}

/** One table cell or field as text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

const exact = once(
  () => new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 2, maximumFractionDigits: 6 }),
);

/** An amount in whatever currency the prices are configured in. */
export function money(amount: number): string {
  return exact().format(amount);
}

const units = once(() => new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }));

/** "4.7 GB": a file's size. */
export function inBytes(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${units().format(bytes / 1000 ** power)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}
