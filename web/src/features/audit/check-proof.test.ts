import { describe, expect, it } from "vitest";
import type { AuditEvent, Proof } from "@/api/types";
import { join, toHex, utf8 } from "@/lib/bytes";
import { leafHash, nodeHash, rootFromInclusion } from "@/lib/merkle";
import { isSigned, parseCheckpoint, parseVerifierKey } from "@/lib/signed-note";
import { checkProof } from "./check-proof";

const hex = (text: string) =>
  new Uint8Array((text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

/** The eight entries that Certificate Transparency's reference tests use, and the root of their tree. */
const ENTRIES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(hex);
const ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";

async function tree(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  if (to - from === 1) return leafHash(ENTRIES[from] ?? hex(""));
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  return nodeHash(await tree(from, from + half), await tree(from + half, to));
}

async function path(index: number, from: number, to: number): Promise<Uint8Array[]> {
  if (to - from === 1) return [];
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  const middle = from + half;
  return index < middle
    ? [...(await path(index, from, middle)), await tree(middle, to)]
    : [...(await path(index, middle, to)), await tree(from, middle)];
}

describe("RFC 6962", () => {
  it("hashes the empty leaf and the known tree", async () => {
    expect(toHex(await leafHash(hex("")))).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
    expect(toHex(await tree(0, 8))).toBe(ROOT);
  });

  it("leads every leaf of every size to the root, and nothing else", async () => {
    for (let size = 1; size <= 8; size += 1) {
      const root = toHex(await tree(0, size));
      for (let index = 0; index < size; index += 1) {
        const leaf = await leafHash(ENTRIES[index] ?? hex(""));
        const proof = await path(index, 0, size);
        const found = await rootFromInclusion(index, size, leaf, proof);
        expect(found && toHex(found)).toBe(root);
        const longer = await rootFromInclusion(index, size, leaf, [...proof, leaf]);
        expect(longer).toBeNull();
        const shorter = await rootFromInclusion(index, size, leaf, proof.slice(0, -1));
        if (proof.length > 0) expect(shorter).toBeNull();
      }
    }
    expect(await rootFromInclusion(8, 8, await leafHash(hex("")), [])).toBeNull();
  });
});

describe("a signed note", () => {
  // The example of the signed-note specification.
  const KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const NOTE =
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

  it("verifies, and not when a letter changes", async () => {
    const key = await parseVerifierKey(KEY);
    expect(await isSigned(NOTE, key)).toBe(true);
    expect(await isSigned(NOTE.replace("example message", "exemple message"), key)).toBe(false);
    expect(await isSigned(NOTE.replace("example.com/foo Uw", "example.com/fob Uw"), key)).toBe(false);
  });

  it("refuses a key whose id is another's", async () => {
    await expect(parseVerifierKey(KEY.replace("530d903a", "530d903b"))).rejects.toThrow("doesn't belong");
  });

  it("reads a checkpoint only with its three lines", () => {
    expect(() => parseCheckpoint("log\n07\nAAAA\n\n\u2014 log AAAA\n")).toThrow("malformed");
    expect(() => parseCheckpoint("log\n7\nAAAA\n\n\u2014 log AAAA\n")).toThrow("SHA-256");
  });
});

describe("the proof of a record", () => {
  const record = JSON.stringify({
    actor: { method: "password", user: "dana" },
    command: "kubectl scale deployment web --replicas=5",
    kind: "query.intent",
    level: "warning",
    schema: 1,
    time: "2026-01-02T03:04:05.678Z",
  });
  const shown = {
    index: 1,
    time: "2026-01-02T03:04:05.678Z",
    kind: "query.intent",
    user: "dana",
    command: "kubectl scale deployment web --replicas=5",
    level: "warning",
    data: {},
  } as AuditEvent;

  async function sealed(): Promise<{ proof: Proof; key: string }> {
    const sibling = await leafHash(utf8("before"));
    const leaf = await leafHash(utf8(record));
    const root = base64(await nodeHash(sibling, leaf));
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const raw = join(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    const id = new Uint8Array(await crypto.subtle.digest("SHA-256", join(utf8("log\n"), raw))).slice(0, 4);
    const text = `log\n2\n${root}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(text)));
    const checkpoint = `${text}\n\u2014 log ${base64(join(id, signature))}\n`;
    const proof = {
      record,
      proof: "",
      leaf_hash: base64(leaf),
      index: 1,
      size: 2,
      root,
      hashes: [base64(sibling)],
      checkpoint,
    };
    return { proof, key: `log+${toHex(id)}+${base64(raw)}` };
  }

  it("holds when nothing was changed", async () => {
    const { proof, key } = await sealed();
    const { verdict, findings } = await checkProof(proof, key, shown);
    expect(findings.filter((one) => one.verdict !== "holds")).toEqual([]);
    expect(verdict).toBe("holds");
  });

  it.each<[string, (proof: Proof) => Partial<Proof>]>([
    ["the record", ({ record: text }) => ({ record: text.replace("=5", "=50") })],
    ["the index", () => ({ index: 0 })],
    ["the path", ({ leaf_hash }) => ({ hashes: [leaf_hash] })],
    ["the signed size", ({ checkpoint }) => ({ checkpoint: checkpoint.replace("\n2\n", "\n3\n") })],
  ])("fails when %s was changed", async (_, change) => {
    const { proof, key } = await sealed();
    const { verdict } = await checkProof({ ...proof, ...change(proof) }, key, null);
    expect(verdict).toBe("fails");
  });

  it("fails when the list shows something else than the record", async () => {
    const { proof, key } = await sealed();
    const { verdict, findings } = await checkProof(proof, key, { ...shown, user: "lee" });
    expect(verdict).toBe("fails");
    expect(findings[0]?.text).toContain("another user");
  });

  it("fails under another key", async () => {
    const { proof } = await sealed();
    const other = await sealed();
    expect((await checkProof(proof, other.key, shown)).verdict).toBe("fails");
  });
});
