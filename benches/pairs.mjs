// pairs.mjs FILE COLUMN: the file has lines "ours N…" and "peer N…"; the k-th of each make a pair.
// Prints: median of ours, median of the peer, median of the ratios within pairs, ratio of the worst pair (less is better).
import { readFileSync } from "node:fs";

const [file, column] = process.argv.slice(2);
const lines = readFileSync(file, "utf8").trim().split("\n").map((line) => line.trim().split(/\s+/));
const side = (who) => lines.filter(([name]) => name === who).map((fields) => Number(fields[column]));
const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

const [ours, peer] = [side("ours"), side("peer")];
if (ours.length !== peer.length || ours.length === 0 || [...ours, ...peer].some(Number.isNaN)) {
  throw new Error(`${file}: ${ours.length} of ours and ${peer.length} of the peer in column ${column}`);
}
const ratios = ours.map((value, pair) => value / peer[pair]);
const show = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
console.log(show(median(ours)), show(median(peer)), median(ratios).toFixed(2), Math.max(...ratios).toFixed(2));
