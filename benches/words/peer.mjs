// peer.mjs TRAINED TESTED: node-nlp, trained on the verbs of one file of requests; prints how long a request takes, what
// it holds in memory, and of how many requests of another file it finds the verb.
import { readFileSync } from "node:fs";

const rows = (file) => readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line)).filter((row) => row.command);
const verb = (row) => row.command.split(" ;; ")[0].split(" ")[1];
const [trained, tested] = process.argv.slice(2).map(rows);

globalThis.gc();
const before = process.memoryUsage().rss;
const { NlpManager } = await import("node-nlp");
const manager = new NlpManager({ languages: ["en"], autoSave: false, nlu: { log: false }, forceNER: false });
for (const row of trained) manager.addDocument("en", row.request, verb(row));
const begun = performance.now();
await manager.train();
const first = performance.now() - begun;
globalThis.gc();
const resident = process.memoryUsage().rss - before;

for (const row of trained) await manager.process("en", row.request);
// It keeps what it made of each text it has seen: a space more makes a text new to it.
const times = [];
for (const row of trained) {
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await manager.process("en", row.request + " ".repeat(round + 1));
    least = Math.min(least, performance.now() - start);
  }
  times.push(least * 1000);
}
times.sort((a, b) => a - b);
let right = 0;
for (const row of tested) right += (await manager.process("en", row.request)).intent === verb(row);
const at = (part) => times[Math.floor(times.length * part)].toFixed(1);
console.log(at(0.5), at(0.99), (resident / 1e6).toFixed(1), first.toFixed(0), right, tested.length);
