/** How well the letters of `wanted` are found in `text`, in their order; null where they are not. Higher is better. */
export function score(wanted: string, text: string): number | null {
  const letters = wanted.toLowerCase().replaceAll(" ", "");
  if (letters === "") return 0;
  const lower = text.toLowerCase();
  const whole = lower.indexOf(wanted.toLowerCase());
  if (whole >= 0) return 1000 - whole - text.length / 100;
  let at = -1;
  let total = 0;
  for (const letter of letters) {
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return null;
    const begins = next === 0 || /[^a-z0-9]/.test(lower.charAt(next - 1));
    total += next === at + 1 ? 5 : begins ? 4 : 0;
    at = next;
  }
  return total - text.length / 100;
}

/** The best first, at most `most`. */
export function best<T>(wanted: string, items: T[], text: (item: T) => string, most: number): T[] {
  const found = items.flatMap((item) => {
    const value = score(wanted, text(item));
    return value === null ? [] : [{ item, value }];
  });
  return found
    .sort((a, b) => b.value - a.value)
    .slice(0, most)
    .map(({ item }) => item);
}
