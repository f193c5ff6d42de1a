import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { leadsTo, type Rotation } from "./rotations";

/** The log of this version that its own tests read: its key was changed once. */
const golden = (name: string) => readFileSync(`../crates/audit/tests/golden/v1/${name}`, "utf8");
const first = golden("key").trim();
const present = golden("audit/log.vkey").trim();
const rotation = JSON.parse(golden("audit/rotations/00000000000000000300")) as Rotation;

it("follows the log's own records from an older key to the present one", async () => {
  expect(first).not.toBe(present);
  expect(await leadsTo(first, present, [rotation])).toBe(true);
  expect(await leadsTo(present, present, [rotation])).toBe(true);
  expect(await leadsTo(first, present, [])).toBe(false);
  expect(await leadsTo(present, first, [rotation])).toBe(false);
});

it("follows no record that was changed, and none to a key that did not sign", async () => {
  const other = "other+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const forged = { ...rotation, record: rotation.record.replace(present, other) };
  expect(await leadsTo(first, other, [forged])).toBe(false);
  const cut = { ...rotation, proof: rotation.proof.replace("index 300", "index 299") };
  expect(await leadsTo(first, present, [cut])).toBe(false);
});
