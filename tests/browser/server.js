// The product as a person starts it: `kubechat serve` without a cluster, in a data folder of its own.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const binary = resolve(process.env.KUBECHAT_BINARY ?? join(import.meta.dirname, "../../target/fast/kubechat"));

/** Starts the server, with this `config.toml`; resolves when it has printed its address and the one-time login. */
export async function serve(config = "") {
  const dir = await mkdtemp(join(tmpdir(), "kubechat-browser-"));
  if (config) await writeFile(join(dir, "config.toml"), config);
  const env = { ...process.env, KUBECHAT_DATA_DIR: dir };
  delete env.KUBECONFIG;
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((done) => child.once("exit", done));
  const login = await new Promise((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the server ended with ${code} before it was ready`)));
    lines.on("line", (line) => {
      const address = /https?:\S+\/login\?code=\S+/.exec(line);
      if (address) found(address[0]);
    });
  });
  return {
    login,
    origin: new URL(login).origin,
    dir,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
