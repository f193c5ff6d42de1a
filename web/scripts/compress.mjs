// Writes a brotli copy beside every text file of the build that gains by it: the server sends it as it is.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const LEAST = 1024;
const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };

for (const file of readdirSync(dist, { recursive: true })) {
  if (!/\.(js|css|html|svg|webmanifest)$/.test(file)) continue;
  const plain = readFileSync(dist + file);
  if (plain.length < LEAST) continue;
  const packed = brotliCompressSync(plain, { params });
  if (packed.length < plain.length) writeFileSync(`${dist}${file}.br`, packed);
}
