import { expect, it } from "vitest";
import { tokenize } from "./kubectl-tokens";

it("colours without losing a character", () => {
  const line = `kubectl  annotate deployment web note="two words" --replicas=5 -n shop --all`;
  const tokens = tokenize(line);
  expect(tokens.map(({ text }) => text).join("")).toBe(line);
  const kinds = Object.fromEntries(tokens.map(({ kind, text }) => [text, kind]));
  expect(kinds).toMatchObject({
    kubectl: "program",
    annotate: "verb",
    web: "name",
    "--replicas=": "flag",
    shop: "value",
  });
});
