// Nothing on a page moves while its data arrives: not on a first visit, not on a later one, not on a phone.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.js";
import { logIn, PATIENCE } from "./checks.js";
import { PAGES } from "./pages.js";
import { serve } from "./server.js";

const SIZES = [
  [1440, 900],
  [390, 844],
];

/** Runs in the page before everything else: what moved, by how much and from where to where. */
function recordShifts() {
  window.shifts = [];
  const name = (node) => {
    const element = node?.nodeType === 1 ? node : node?.parentElement;
    return `${element?.tagName.toLowerCase()}.${element?.className} “${node?.textContent?.slice(0, 40)}”`;
  };
  const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      const moved = sources.map(({ node, previousRect, currentRect }) => `${name(node)}: ${place(previousRect)} → ${place(currentRect)}`);
      window.shifts.push([value.toFixed(4), ...moved].join("\n  "));
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** Two frames: what has come so far is on the screen. */
const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** Lets the answers of the API through one by one, each after what came before has been painted. */
async function oneByOne(page) {
  let last = Promise.resolve();
  await page.route("**/api/v1/**", (route) => {
    last = last.then(() => painted(page)).catch(() => undefined).then(() => route.continue()).catch(() => undefined);
    return last;
  });
}

/** The same pages, without the app: each arrives tag by tag, as over a slow line. */
async function inPieces(origin) {
  const slow = createServer(async ({ url }, answer) => {
    if (/\/start-[^/]*\.js$/.test(url)) return;
    const found = await fetch(origin + url);
    answer.setHeader("Content-Type", found.headers.get("Content-Type"));
    if (!/html/.test(found.headers.get("Content-Type"))) return void answer.end(Buffer.from(await found.arrayBuffer()));
    for (const piece of (await found.text()).split(/(?=<)|(?<=>)/)) {
      answer.write(piece);
      await new Promise((done) => setTimeout(done, 20));
    }
    answer.end();
  });
  await new Promise((done) => slow.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${slow.address().port}`, stop: () => slow.closeAllConnections() ?? slow.close() };
}

describe("nothing moves while a page arrives", { timeout: 1_800_000 }, () => {
  let server;
  let browser;
  let cookies;

  before(async () => {
    server = await serve();
    browser = await launch();
    const context = await browser.newContext();
    const page = await context.newPage();
    await logIn(page, server);
    const field = page.getByRole("textbox", { name: /say what you want/i });
    await field.fill("scale web to 4 in namespace shop");
    await field.press("Enter");
    await page.getByRole("button", { name: "Scale to 4" }).waitFor();
    cookies = (await context.storageState()).cookies;
    await context.close();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [path, heading] of [["/chat", /^What should happen/], ["/dashboard", "Dashboard"]]) {
    it(`${path}: the shell is painted before the app, its words where they stay`, async () => {
      for (const [width, height] of SIZES) {
        const context = await browser.newContext({ viewport: { width, height } });
        await context.addCookies(cookies);
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE);
        let app;
        const asked = new Promise((found) => {
          app = found;
        });
        await page.route("**/assets/start-*.js", (route) => app(route));
        await page.goto(server.origin + path, { waitUntil: "commit" });
        const route = await asked;
        const places = async () => {
          const title = page.getByRole("heading", { level: 1, name: heading });
          const about = page.locator("h1 + p").filter({ visible: true });
          return [await title.boundingBox(), await about.boundingBox(), await about.textContent()].map((one) =>
            typeof one === "string" ? one : [one.x, one.y, one.height].map(Math.round),
          );
        };
        const before = await places();
        await route.continue();
        await page.getByRole("button", { name: "Account of admin" }).waitFor();
        await page.getByRole("complementary", { name: "Practice cluster" }).waitFor();
        assert.deepEqual(await places(), before, `at ${width}`);
        await context.close();
      }
    });
  }

  for (const path of ["/chat", "/dashboard"]) {
    it(`${path}: the shell may arrive in pieces`, async () => {
      const slow = await inPieces(server.origin);
      for (const [width, height] of SIZES) {
        const page = await browser.newPage({ viewport: { width, height } });
        page.setDefaultTimeout(PATIENCE);
        await page.addInitScript(recordShifts);
        await page.goto(slow.origin + path, { waitUntil: "commit" });
        await page.locator("noscript").waitFor({ state: "attached" });
        await painted(page);
        assert.deepEqual(await page.evaluate(() => window.shifts), [], `at ${width}`);
        await page.close();
      }
      slow.stop();
    });
  }

  for (const [path, says] of PAGES) {
    it(path, async () => {
      const moved = [];
      for (const [width, height] of SIZES) {
        const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
        await context.addCookies(cookies);
        const page = await context.newPage();
        page.setDefaultTimeout(PATIENCE);
        await page.addInitScript(recordShifts);
        await oneByOne(page);
        for (const visit of ["first", "second"]) {
          await page.goto(server.origin + path);
          await page.getByText(new RegExp(says)).first().waitFor();
          await page.waitForLoadState("networkidle");
          await painted(page);
          for (const shift of await page.evaluate(() => window.shifts)) moved.push(`${visit} visit at ${width}: ${shift}`);
        }
        await context.close();
      }
      assert.equal(moved.join("\n"), "");
    });
  }
});
