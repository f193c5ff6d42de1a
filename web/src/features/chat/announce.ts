import type { Level, Query } from "@/api/types";
import { LEVEL_WORDS } from "@/components/level-badge";
import { isOpen, stateWords } from "@/lib/states";

/** One query in a sentence, for the screen reader. */
export function spoken(query: Query): string {
  const what = query.explanation ?? query.message ?? query.command ?? "";
  if (isOpen(query.state)) {
    const level = query.level ? `${LEVEL_WORDS[query.level as Level]}. ` : "";
    return `Preview ready: ${what}. ${level}Press A to go to the button that runs it.`;
  }
  const rows = query.result?.rows.length;
  const found = rows ? ` ${rows} ${rows === 1 ? "row" : "rows"}.` : "";
  return `${stateWords(query.state).word}: ${what}.${found}`;
}
