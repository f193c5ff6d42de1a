import type { AuditEvent, Proof } from "@/api/types";
import { equal, parseHash, toHex, utf8 } from "@/lib/bytes";
import { leafHash, rootFromInclusion } from "@/lib/merkle";
import { isSigned, parseCheckpoint, parseVerifierKey } from "@/lib/signed-note";
import { audit as m } from "@/messages/audit";

export type Verdict = "holds" | "fails";

export interface Finding {
  verdict: Verdict;
  text: string;
  detail?: string;
}

export interface CheckedProof {
  verdict: Verdict;
  findings: Finding[];
}

/** Recomputes everything from the record's bytes; believes nothing the server says about its own proof. */
export async function checkProof(
  proof: Proof,
  publicKey: string,
  shown: AuditEvent | null,
): Promise<CheckedProof> {
  const findings: Finding[] = [];
  try {
    if (shown) findings.push(sameRecord(proof, shown));
    const leaf = await leafHash(utf8(proof.record));
    findings.push({ verdict: "holds", text: m.stepHashed, detail: toHex(leaf) });
    const checkpoint = parseCheckpoint(proof.checkpoint);
    const root = await rootFromInclusion(proof.index, checkpoint.size, leaf, proof.hashes.map(parseHash));
    const levels = m.levels(proof.hashes.length);
    findings.push(
      root !== null && equal(root, checkpoint.root)
        ? {
            verdict: "holds",
            text: m.leadsToTheRoot(levels, checkpoint.size),
            detail: toHex(checkpoint.root),
          }
        : {
            verdict: "fails",
            text: m.stepRootWrong(checkpoint.size),
          },
    );
    findings.push(await signature(proof.checkpoint, publicKey, checkpoint.origin));
  } catch (error) {
    findings.push({ verdict: "fails", text: error instanceof Error ? error.message : String(error) });
  }
  return { verdict: overall(findings), findings };
}

function overall(findings: Finding[]): Verdict {
  return findings.some(({ verdict }) => verdict === "fails") ? "fails" : "holds";
}

async function signature(checkpoint: string, publicKey: string, origin: string): Promise<Finding> {
  const key = await parseVerifierKey(publicKey);
  if (!(await isSigned(checkpoint, key))) return { verdict: "fails", text: m.stepUnsigned(key.name) };
  if (origin !== key.name) return { verdict: "fails", text: m.stepOriginWrong(origin, key.name) };
  return { verdict: "holds", text: m.signedBy(key.name), detail: toHex(key.id) };
}

/** The row on screen must be the record that was proven. */
function sameRecord(proof: Proof, shown: AuditEvent): Finding {
  const record = JSON.parse(proof.record) as Record<string, unknown> & { actor?: { user?: unknown } };
  const pairs: [string, unknown, unknown][] = [
    ["kind", record.kind, shown.kind],
    ["user", record.actor?.user, shown.user],
    ["command", record.command ?? null, shown.command ?? null],
    ["level", record.level ?? null, shown.level ?? null],
    ["time", Date.parse(String(record.time)), Date.parse(shown.time)],
  ];
  const other = pairs.find(([, proven, onScreen]) => proven !== onScreen);
  if (proof.index !== shown.index) return { verdict: "fails", text: m.stepIndexWrong(proof.index) };
  if (other) return { verdict: "fails", text: m.stepPartWrong(other[0]) };
  return { verdict: "holds", text: m.stepSame };
}
