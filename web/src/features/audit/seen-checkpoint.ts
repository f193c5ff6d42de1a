import type { Checkpoint } from "@/api/types";
import { audit as m } from "@/messages/audit";
import { leadsTo, type Rotation } from "./rotations";

/** What this browser last saw of the log, so that a server can't quietly take something back. */
interface Seen {
  size: number;
  root: string;
  key: string;
}

const STORED = "kubechat.audit.seen";

function read(): Seen | null {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "null") as Seen | null;
  } catch {
    return null;
  }
}

function remember(now: Checkpoint, key: string): void {
  localStorage.setItem(STORED, JSON.stringify({ size: now.size, root: now.root, key } satisfies Seen));
}

/** A sentence where what was seen before can't be true of this log, else null. */
function contradiction(seen: Seen | null, now: Checkpoint, sameLog: boolean): string | null {
  if (seen === null) return null;
  if (!sameLog) {
    return m.changedKey;
  }
  if (now.size < seen.size) {
    return m.changedShrank(seen.size, now.size);
  }
  if (now.size === seen.size && now.root !== seen.root) {
    return m.changedRoot(now.size);
  }
  return null;
}

/**
 * Compares with what was seen, and remembers the new one only where nothing contradicts it. A new key is gone along with
 * where the log's own records lead to it.
 */
export async function witness(now: Checkpoint, key: string, rotations: Rotation[]): Promise<string | null> {
  const seen = read();
  const sameLog =
    seen === null || seen.key === key || (await leadsTo(seen.key, key, rotations).catch(() => false));
  const problem = contradiction(seen, now, sameLog);
  if (problem === null) {
    remember(now, key);
  }
  return problem;
}

/** Accepts the log as it is now, after somebody has looked into it. */
export function acceptAnew(now: Checkpoint, key: string): void {
  remember(now, key);
}
