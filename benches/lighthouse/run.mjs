// Lighthouse as for a phone on the chat, the dashboard and an empty page, in turns; the median of each is printed.
import { createServer } from "node:http";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { chromiumPath } from "../../tests/browser/chromium.js";
import { serve } from "../../tests/browser/server.js";

const RUNS = Number(process.env.RUNS ?? 5);
const FIGURES = [
  ["largest-contentful-paint", "LCP ms", 0],
  ["cumulative-layout-shift", "CLS", 3],
  ["total-blocking-time", "TBT ms", 0],
];

const empty = createServer((_, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end('<!doctype html><html lang="en"><title>Empty</title><meta name="viewport" content="width=device-width"><p>Empty</p></html>');
});
await new Promise((up) => empty.listen(0, "127.0.0.1", up));
const server = await serve();
const chrome = await launch({ chromePath: chromiumPath(), chromeFlags: ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const code = new URL(server.login).searchParams.get("code");
  const login = await fetch(`${server.origin}/api/v1/auth/one-time`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-kubechat": "1" },
    body: JSON.stringify({ code }),
  });
  if (!login.ok) throw new Error(`the login answered ${login.status}`);
  const cookie = login.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const pages = [
    ["chat", `${server.origin}/chat`, { Cookie: cookie }],
    ["dashboard", `${server.origin}/dashboard`, { Cookie: cookie }],
    ["an empty page", `http://127.0.0.1:${empty.address().port}/`, {}],
  ];
  const seen = new Map(pages.map(([name]) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, url, extraHeaders] of pages) {
      const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: "error", onlyCategories: ["performance"], extraHeaders });
      if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
      seen.get(name).push(FIGURES.map(([audit]) => lhr.audits[audit].numericValue));
    }
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const row = (cells) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(9))).join(" "));
  row([`median of ${RUNS}`, ...FIGURES.map(([, title]) => title)]);
  for (const [name] of pages) {
    row([name, ...FIGURES.map(([, , digits], i) => median(seen.get(name).map((figures) => figures[i])).toFixed(digits))]);
  }
} finally {
  chrome.kill();
  await server.stop();
  empty.close();
}
