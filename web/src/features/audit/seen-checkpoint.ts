import type { Checkpoint } from "@/api/types";

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

/** A sentence where what was seen before can't be true of this log, else null. */
export function contradiction(seen: Seen | null, now: Checkpoint, key: string): string | null {
  if (seen === null) return null;
  if (seen.key !== key) {
    return "The log is signed with another key than when this browser last looked. Unless somebody changed it on purpose, this is another log.";
  }
  if (now.size < seen.size) {
    return `The log shrank: this browser has seen ${seen.size} records, the server now shows ${now.size}. Records were taken away, or an old copy was put back.`;
  }
  if (now.size === seen.size && now.root !== seen.root) {
    return `The log was changed: it has ${now.size} records as before, but another root. Something already recorded was altered.`;
  }
  return null;
}

/** Compares with what was seen, and remembers the new one only where nothing contradicts it. */
export function witness(now: Checkpoint, key: string): string | null {
  const problem = contradiction(read(), now, key);
  if (problem === null) {
    localStorage.setItem(STORED, JSON.stringify({ size: now.size, root: now.root, key } satisfies Seen));
  }
  return problem;
}

/** Accepts the log as it is now, after somebody has looked into it. */
export function acceptAnew(now: Checkpoint, key: string): void {
  localStorage.removeItem(STORED);
  witness(now, key);
}
