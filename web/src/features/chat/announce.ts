import type { Level, Query } from "@/api/types";
import { LEVEL_WORDS } from "@/components/level-badge";
import { isOpen, stateWords } from "@/lib/states";
import { chat as m } from "@/messages/chat";

/** One query in a sentence, for the screen reader. */
export function spoken(query: Query): string {
  const what = query.explanation ?? query.message ?? query.command ?? "";
  if (isOpen(query.state)) {
    const level = query.level ? `${LEVEL_WORDS[query.level as Level]}. ` : "";
    return m.previewReady(what, level);
  }
  const rows = query.result?.rows.length;
  const found = rows ? ` ${m.rowCount(rows)}.` : "";
  return `${stateWords(query.state).word}: ${what}.${found}`;
}
