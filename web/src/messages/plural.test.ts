import { expect, it } from "vitest";
import { plural } from "./plural";

it("takes the form that the language has for the number, and writes large ones as people do", () => {
  const rows = (n: number) => plural(n, { one: "# row", other: "# rows" });
  expect([0, 1, 2, 15_000].map(rows)).toEqual(["0 rows", "1 row", "2 rows", "15,000 rows"]);
});
