const UNITS: [string, number][] = [
  ["y", 31_536_000],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** "5m32s", "3d4h", "12d": as kubectl says it, two units while they matter. */
export function age(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  if (total < 120) return `${total}s`;
  if (total < 600) return pair(total, "m", 60, "s", 1);
  if (total < 10_800) return `${Math.floor(total / 60)}m`;
  if (total < 28_800) return pair(total, "h", 3600, "m", 60);
  if (total < 172_800) return `${Math.floor(total / 3600)}h`;
  if (total < 691_200) return pair(total, "d", 86_400, "h", 3600);
  if (total < 63_072_000) return `${Math.floor(total / 86_400)}d`;
  return pair(total, "y", 31_536_000, "d", 86_400);
}

function pair(total: number, big: string, inBig: number, small: string, inSmall: number): string {
  const rest = Math.floor((total % inBig) / inSmall);
  return `${Math.floor(total / inBig)}${big}${rest > 0 ? `${rest}${small}` : ""}`;
}

/** An age that was true so many seconds ago; what is no age stays as it is. */
export function older(text: string, seconds: number): string {
  if (seconds < 1 || !/^(\d+[ydhms])+$/.test(text)) return text;
  let total = 0;
  for (const [unit, size] of UNITS) total += Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0) * size;
  return age(total + seconds);
}

/** "just now", "3 min ago", "2 days ago". */
export function ago(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (Number.isNaN(seconds)) return iso;
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? "yesterday" : `${days} days ago`;
}
