import { equal, parseHash, utf8 } from "@/lib/bytes";
import { leafHash, rootFromInclusion } from "@/lib/merkle";
import { isSigned, parseCheckpoint, parseVerifierKey } from "@/lib/signed-note";

/** The log's own record of a new key, and its proof under the key before. */
export interface Rotation {
  record: string;
  proof: string;
}

/** Whether the log's records lead from the key that was seen to the present one, checked in this browser. */
export async function leadsTo(seen: string, present: string, rotations: Rotation[]): Promise<boolean> {
  let key = seen;
  for (const rotation of rotations) {
    if (key === present) break;
    const { kind, data } = JSON.parse(rotation.record) as {
      kind: string;
      data: { old?: string; new?: string };
    };
    if (kind !== "log.key_rotated" || data.old !== key || data.new === undefined) continue;
    if (!(await proves(rotation, key)) || !(await proves(rotation, data.new))) return false;
    key = data.new;
  }
  return key === present;
}

/** Whether a tlog-proof shows, under this key, that its log holds the record. */
async function proves({ record, proof }: Rotation, key: string): Promise<boolean> {
  const at = proof.indexOf("\n\n");
  const [header, index = "", ...path] = proof.slice(0, at).split("\n");
  const note = proof.slice(at + 2);
  if (at < 0 || header !== "c2sp.org/tlog-proof@v1" || !/^index \d+$/.test(index)) return false;
  const verifier = await parseVerifierKey(key);
  const checkpoint = parseCheckpoint(note);
  if (checkpoint.origin !== verifier.name || !(await isSigned(note, verifier))) return false;
  const leaf = await leafHash(utf8(record));
  const root = await rootFromInclusion(Number(index.slice(6)), checkpoint.size, leaf, path.map(parseHash));
  return root !== null && equal(root, checkpoint.root);
}
