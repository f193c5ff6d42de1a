// 15,000 pods in the table while 1,000 of them change each second: the page stays small and quick.
// PODS_SECONDS says for how long (10 s here, 600 in `make soak`).
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { launch } from "./browser.js";
import { logIn } from "./checks.js";
import { serve } from "./server.js";

const SECONDS = Number(process.env.PODS_SECONDS ?? 10);
const PODS = 15_000;
/** Messages a second, as the server sends them, and rows in each. */
const MESSAGES = 4;
const CHANGED = 250;
const WORDS = ["Running", "Pending", "CrashLoopBackOff", "Completed"];

const pod = (n, turn) => ({
  cells: ["shop", `web-${String(n).padStart(5, "0")}`, "1/1", WORDS[(n + turn) % WORDS.length], turn % 7, "5m"],
  object: {
    group: "",
    resource: "pods",
    kind: "Pod",
    namespace: "shop",
    name: `web-${String(n).padStart(5, "0")}`,
    uid: `uid-${n}`,
    resource_version: String(turn),
  },
});
const columns = ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"];

let server;
let browser;

before(async () => {
  server = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

it(`${PODS} pods, ${MESSAGES * CHANGED} changes a second for ${SECONDS} s`, { timeout: SECONDS * 3000 + 120_000 }, async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await logIn(page, server);

  let told;
  const watched = new Promise((found) => {
    told = found;
  });
  await page.routeWebSocket(/\/api\/v1\/ws$/, (socket) => {
    socket.onMessage((text) => {
      const { type, payload } = JSON.parse(text);
      const line = payload?.lines?.[0] ?? "";
      if (type !== "watch" || !line.startsWith("kubectl get pods -A")) return;
      const send = (rows) =>
        socket.send(JSON.stringify({ type: "output", payload: { view: payload.id, change: { told: "rows", line: 0, columns, rows, gone: [] } } }));
      send(Array.from({ length: PODS }, (_, n) => pod(n, 0)));
      told(send);
    });
  });
  await page.goto(`${server.origin}/monitor/kinds/pods?all`);
  const send = await watched;
  await page.getByText("15,000 rows").waitFor();
  await page.getByRole("button", { name: "Restarts" }).click();

  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const measure = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name) => metrics.find((one) => one.name === name).value;
    return { heap: of("JSHeapUsedSize") / 1e6, nodes: of("Nodes"), tasks: of("TaskDuration") };
  };
  let turn = 0;
  const change = (times) =>
    new Promise((done) => {
      const timer = setInterval(() => {
        turn += 1;
        send(Array.from({ length: CHANGED }, (_, i) => pod((turn * 97 + i * 31) % PODS, turn)));
        if (turn >= times) {
          clearInterval(timer);
          done();
        }
      }, 1000 / MESSAGES);
    });
  // What is made once (text of all rows, compiled code) is there before it is measured.
  await change(MESSAGES * 3);
  const begin = await measure();
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await change(turn + MESSAGES * SECONDS);
  const trace = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  const end = await measure();

  const main = trace.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = trace
    .filter(({ name, tid, pid, dur }) => /RunTask$/.test(name) && dur && tid === main.tid && pid === main.pid)
    // The time on the processor: how busy the machine is with other things is not what is measured.
    .map(({ dur, tdur }) => (tdur ?? dur) / 1000)
    .sort((a, b) => a - b);
  const p99 = tasks[Math.floor(tasks.length * 0.99)] ?? 0;
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  console.log(
    `heap ${begin.heap.toFixed(1)} → ${end.heap.toFixed(1)} MB; ${nodes} elements; ${tasks.length} tasks, 99 % below ${p99.toFixed(1)} ms, longest ${tasks.at(-1)?.toFixed(1)} ms`,
  );
  assert.ok(end.heap - begin.heap <= 10, `the heap grew by ${(end.heap - begin.heap).toFixed(1)} MB`);
  assert.ok(nodes <= 3000, `${nodes} elements`);
  assert.ok(p99 <= 50, `99 % of the tasks are below ${p99.toFixed(1)} ms`);
  await context.close();
});
