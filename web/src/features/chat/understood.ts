export interface Piece {
  text: string;
  role: string | null;
}

interface Span {
  start: number;
  end: number;
  role: string;
}

/** Cuts the words at the understood spans, whose offsets count UTF-8 bytes as the server does. */
export function pieces(words: string, spans: Span[]): Piece[] {
  const bytes = new TextEncoder().encode(words);
  const decoder = new TextDecoder();
  const cut = (from: number, to: number) => decoder.decode(bytes.subarray(from, to));
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end, role } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < at || end > bytes.length || end <= start) continue;
    if (start > at) found.push({ text: cut(at, start), role: null });
    found.push({ text: cut(start, end), role });
    at = end;
  }
  if (at < bytes.length) found.push({ text: cut(at, bytes.length), role: null });
  return found;
}
