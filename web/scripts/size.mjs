// Prints what a first visit fetches before the chat input accepts a key, and fails above the budget.
import { existsSync, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 125_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
/** What the entry fetches by itself once the shell is painted. */
const START = "src/start.tsx";
const first = new Set(["index.html", "before-paint.js"]);
const visited = new Set();
function walk(key) {
  if (visited.has(key)) return;
  visited.add(key);
  first.add(manifest[key].file);
  for (const css of manifest[key].css ?? []) first.add(css);
  for (const next of manifest[key].imports ?? []) walk(next);
}
walk(entry);
walk(START);

const line = (file, size) => console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
let total = 0;
console.log("First load (gzip):");
for (const file of first) {
  const size = gzipped(file);
  total += size;
  line(file, size);
}
line(`in all; the budget is ${BUDGET / 1000} kB`, total);
const sent = [...first].reduce((sum, file) => {
  const packed = new URL(`${file}.br`, dist);
  return sum + (existsSync(packed) ? statSync(packed).size : gzipped(file));
}, 0);
line("in all as browsers get it (brotli)", sent);

console.log("Later:");
const later = new Set(Object.values(manifest).flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])]));
for (const file of later) if (!first.has(file)) line(file, gzipped(file));

if (total > BUDGET) {
  console.error(`The first load is ${total} bytes, ${total - BUDGET} over the budget. Load something later.`);
  process.exit(1);
}
