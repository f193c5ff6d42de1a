// quantiles.mjs FIELD: reads one JSON object a line; prints the first line's value, then the median and p99 of the others.
import { readFileSync } from "node:fs";

const [first, ...others] = readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line)[process.argv[2]]);
others.sort((a, b) => a - b);
const at = (part) => others[Math.floor(others.length * part)];
console.log(first, at(0.5), at(0.99));
