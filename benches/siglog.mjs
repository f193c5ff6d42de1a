// How many entries a second the crate siglog brings under a signed checkpoint: what counts is what its checkpoint covers
// when the load ends, not what it has acknowledged.
//
// node benches/siglog.mjs SIGLOG FOLDER [SECONDS]: one line, entries acknowledged and covered a second.
import { spawn } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";

const [program, folder, seconds = "10"] = process.argv.slice(2);
const UNDER_WAY = 64;
const origin = "bench.test/log";

const pair = generateKeyPairSync("ed25519");
const seed = pair.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
const open = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const typed = (key) => Buffer.concat([Buffer.from([1]), key]);
const id = createHash("sha256").update(`${origin}\n`).update(typed(open)).digest("hex").slice(0, 8);

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
mkdirSync(`${folder}/tiles`, { recursive: true });
const child = spawn(program, [], {
  stdio: "ignore",
  env: {
    PATH: process.env.PATH,
    LISTEN_ADDR: `127.0.0.1:${port}`,
    DATABASE_URL: `sqlite:${folder}/siglog.db?mode=rwc`,
    STORAGE_BACKEND: "fs",
    FS_ROOT: `${folder}/tiles`,
    LOG_ORIGIN: origin,
    LOG_PRIVATE_KEY: `PRIVATE+KEY+${origin}+${id}+${typed(seed).toString("base64")}`,
    BATCH_MAX_AGE_MS: "100",
    CHECKPOINT_INTERVAL: "1",
  },
});
const agent = new http.Agent({ keepAlive: true, maxSockets: UNDER_WAY });
const ask = (method, path, body) =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, agent, method, path }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part)).on("end", () => resolve({ status: answer.statusCode, text }));
    });
    request.on("error", reject).end(body);
  });
const covered = async () => Number((await ask("GET", "/checkpoint")).text.split("\n")[1] ?? 0) || 0;

try {
  for (let tries = 0; ; tries += 1) {
    const up = await ask("GET", "/health").then((answer) => answer.status === 200, () => false);
    if (up) break;
    if (tries > 200 || child.exitCode !== null) throw new Error("siglog did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const before = await covered();
  const begun = performance.now();
  const end = begun + Number(seconds) * 1000;
  let acknowledged = 0;
  const writer = async () => {
    while (performance.now() < end) {
      const { status } = await ask("POST", "/add", randomBytes(225).toString("hex"));
      if (status !== 200) throw new Error(`siglog answered ${status}`);
      acknowledged += 1;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, writer));
  const took = (performance.now() - begun) / 1000;
  console.log((acknowledged / took).toFixed(1), (((await covered()) - before) / took).toFixed(1));
} finally {
  child.kill("SIGKILL");
  agent.destroy();
}
