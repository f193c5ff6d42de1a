import type { Level } from "@/api/types";
import { components as m } from "@/messages/components";
import { Badge, type Tone } from "./badge";

export const LEVEL_WORDS: Record<Level, string> = {
  safe: m.readsOnly,
  warning: m.changesTheCluster,
  dangerous: m.dangerous,
  refused: m.refused,
};

const TONES: Record<Level, Tone> = { safe: "ok", warning: "warn", dangerous: "bad", refused: "bad" };

interface Props {
  level: string | null | undefined;
  /** The bare name, where a table has no room for the sentence. */
  short?: boolean;
}

export function LevelBadge({ level, short = false }: Props) {
  if (!level) return null;
  const known = level as Level;
  return <Badge tone={TONES[known] ?? "plain"}>{short ? level : (LEVEL_WORDS[known] ?? level)}</Badge>;
}
