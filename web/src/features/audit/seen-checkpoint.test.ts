import { expect, it } from "vitest";
import { acceptAnew, witness } from "./seen-checkpoint";

const at = (size: number, root: string) => ({ size, root, note: "" });

it("goes along with a log that grows", async () => {
  expect(await witness(at(5, "a"), "key", [])).toBeNull();
  expect(await witness(at(9, "b"), "key", [])).toBeNull();
  expect(await witness(at(9, "b"), "key", [])).toBeNull();
});

it("warns of a log that shrank, changed, or has another key, and keeps what it saw", async () => {
  await witness(at(9, "b"), "key", []);
  expect(await witness(at(5, "a"), "key", [])).toMatch(/shrank/);
  expect(await witness(at(9, "c"), "key", [])).toMatch(/another root/);
  expect(await witness(at(12, "d"), "other", [])).toMatch(/another key/);
  expect(await witness(at(8, "x"), "key", [])).toMatch(/shrank/);
});

it("forgets only when told to", async () => {
  await witness(at(9, "b"), "key", []);
  acceptAnew(at(5, "a"), "key");
  expect(await witness(at(6, "e"), "key", [])).toBeNull();
});
