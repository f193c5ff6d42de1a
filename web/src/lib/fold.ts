function depth(line: string): number {
  return line.length - line.trimStart().length;
}

/** The lines that have something indented below them, with the last line of it. YAML lists may stand as deep as their key. */
export function foldable(lines: string[]): Map<number, number> {
  const folds = new Map<number, number>();
  lines.forEach((line, at) => {
    if (line.trim() === "" || !/[:{[]$/.test(line.trimEnd())) return;
    const here = depth(line);
    const isList = (next: string) =>
      depth(next) === here && next.trimStart().startsWith("- ") && !line.trimStart().startsWith("- ");
    let end = at;
    while (end + 1 < lines.length) {
      const next = lines[end + 1] ?? "";
      if (next.trim() !== "" && depth(next) <= here && !isList(next)) break;
      end += 1;
    }
    if (end > at) folds.set(at, end);
  });
  return folds;
}

/** The lines that closed folds hide. */
export function hiddenBy(closed: ReadonlySet<number>, folds: ReadonlyMap<number, number>): Set<number> {
  const hidden = new Set<number>();
  for (const at of closed) {
    for (let line = at + 1; line <= (folds.get(at) ?? at); line += 1) hidden.add(line);
  }
  return hidden;
}
