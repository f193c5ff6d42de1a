import { join } from "./bytes";
import { sha256 } from "./crypto";

/** RFC 6962 with SHA-256: leaves are hashed after a 0 byte, nodes after a 1 byte. */
export function leafHash(record: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(join(Uint8Array.of(0), record));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(join(Uint8Array.of(1), left, right));
}

/**
 * The root that `path` gives for a leaf, or null where the path can't belong to that index and size.
 * Divides instead of shifting: a log may hold more than 2^31 records.
 */
export async function rootFromInclusion(
  index: number,
  size: number,
  leaf: Uint8Array<ArrayBuffer>,
  path: Uint8Array[],
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (index < 0 || index >= size) return null;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}
