import { common as m } from "@/messages/common";
import { equal, fromBase64, join, utf8 } from "./bytes";
import { sha256, verifyEd25519 } from "./crypto";

/** C2SP signed notes and the checkpoints written in them. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array<ArrayBuffer>;
}

export interface VerifierKey {
  name: string;
  id: Uint8Array;
  key: Uint8Array<ArrayBuffer>;
}

const ED25519 = 1;

interface Note {
  text: string;
  signatures: { name: string; id: Uint8Array; signature: Uint8Array<ArrayBuffer> }[];
}

export function parseNote(note: string): Note {
  const at = note.lastIndexOf("\n\n");
  if (at < 0) throw new Error(m.noteUnsigned);
  const signatures = note
    .slice(at + 2)
    .split("\n")
    .filter((line) => line.startsWith("\u2014 "))
    .map((line) => {
      const [, name = "", blob = ""] = line.split(" ");
      const bytes = fromBase64(blob);
      return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
  return { text: note.slice(0, at + 1), signatures };
}

export function parseCheckpoint(note: string): Checkpoint {
  const [origin = "", size = "", root = ""] = parseNote(note).text.split("\n");
  if (origin === "" || !/^(0|[1-9]\d*)$/.test(size)) throw new Error(m.noteMalformed);
  const hash = fromBase64(root);
  if (hash.length !== 32) throw new Error(m.noteRootWrong);
  return { origin, size: Number(size), root: hash };
}

/** Reads `name+id+key` and checks that the id belongs to name and key. */
export async function parseVerifierKey(text: string): Promise<VerifierKey> {
  const [name = "", id = "", ...rest] = text.trim().split("+");
  const blob = fromBase64(rest.join("+"));
  if (name === "" || blob.length !== 33 || blob[0] !== ED25519) {
    throw new Error(m.noteKeyMalformed);
  }
  const own = (await sha256(join(utf8(`${name}\n`), blob))).slice(0, 4);
  const given = new Uint8Array((id.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  if (!equal(own, given)) throw new Error(m.noteKeyIdWrong);
  return { name, id: own, key: blob.slice(1) };
}

/** Whether the key signed the note. */
export async function isSigned(note: string, verifier: VerifierKey): Promise<boolean> {
  const { text, signatures } = parseNote(note);
  const own = signatures.find(({ name, id }) => name === verifier.name && equal(id, verifier.id));
  return own !== undefined && verifyEd25519(verifier.key, own.signature, utf8(text));
}
