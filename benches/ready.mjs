// ready.mjs IDLE-SECONDS COMMAND…: starts a server, waits until it is ready, leaves it idle, stops it.
// Prints: milliseconds from start to the first 200 of /api/v1/health/ready, and megabytes resident after the idle time.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [idle, program, ...options] = process.argv.slice(2);
const status = (url) =>
  new Promise((answer) => {
    get(url, (response) => answer(response.resume().statusCode)).on("error", () => answer(0));
  });

const begun = performance.now();
const server = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => server.kill("SIGKILL"));
const ended = new Promise((done) => server.on("exit", done));
const limit = setTimeout(() => process.exit(1), 60_000);
const address = await new Promise((found, failed) => {
  createInterface({ input: server.stdout }).on("line", (line) => {
    const match = /serves .* at (http:\S+)/.exec(line);
    if (match) found(match[1]);
  });
  server.on("exit", () => failed(new Error("the server ended before it was ready")));
});
while ((await status(new URL("api/v1/health/ready", address))) !== 200) await sleep(1);
const took = performance.now() - begun;
clearTimeout(limit);

await sleep(Number(idle) * 1000);
const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024;
server.kill("SIGTERM");
await ended;
console.log(took.toFixed(1), resident.toFixed(1));
