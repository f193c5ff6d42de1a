import { expect, it } from "vitest";
import { acceptAnew, witness } from "./seen-checkpoint";

const at = (size: number, root: string) => ({ size, root, note: "" });

it("goes along with a log that grows", () => {
  expect(witness(at(5, "a"), "key")).toBeNull();
  expect(witness(at(9, "b"), "key")).toBeNull();
  expect(witness(at(9, "b"), "key")).toBeNull();
});

it("warns of a log that shrank, changed, or has another key, and keeps what it saw", () => {
  witness(at(9, "b"), "key");
  expect(witness(at(5, "a"), "key")).toMatch(/shrank/);
  expect(witness(at(9, "c"), "key")).toMatch(/another root/);
  expect(witness(at(12, "d"), "other")).toMatch(/another key/);
  expect(witness(at(8, "x"), "key")).toMatch(/shrank/);
});

it("forgets only when told to", () => {
  witness(at(9, "b"), "key");
  acceptAnew(at(5, "a"), "key");
  expect(witness(at(6, "e"), "key")).toBeNull();
});
