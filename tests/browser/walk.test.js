// Every page in both themes and three sizes: accessible, whole, nothing sticks out or lies over a control, nothing asked
// of another host.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.js";
import { accessible, becomes, fits, logIn, PATIENCE } from "./checks.js";
import { covered, matchesOutline } from "./outline.js";
import { PAGES } from "./pages.js";
import { serve } from "./server.js";

const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
];

/** In the page: whether every file that it has loaded is kept for a time without a network. */
async function isKept() {
  const files = performance.getEntriesByType("resource").filter(({ name }) => new URL(name).pathname.startsWith("/assets/"));
  return (await Promise.all(files.map(({ name }) => caches.match(name)))).every(Boolean);
}

describe("every page", { timeout: 1_800_000 }, () => {
  let server;
  let browser;
  let page;
  const foreign = [];
  const broken = [];

  before(async () => {
    server = await serve();
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.on("request", (request) => {
      const { host, protocol } = new URL(request.url());
      if (protocol !== "data:" && host !== new URL(server.origin).host) foreign.push(request.url());
    });
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) broken.push(message.text());
    });
    await logIn(page, server);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [path, says] of PAGES) {
    it(path, async () => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(server.origin + path);
      await page.getByText(new RegExp(says)).first().waitFor();
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          const at = `${colorScheme} at ${width}`;
          await fits(page, at);
          await becomes(() => page.evaluate(covered), [], `${at}: nothing lies over a control`);
          const name = path.replace(/^\//, "").replace(/\?.*tab=/, "/").replace(/\?.*/, "").replaceAll("/", "-");
          await matchesOutline(page, name, width);
          await accessible(page, at);
        }
      }
    });
  }

  it("palette, shortcuts and status are accessible too", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${server.origin}/dashboard`);
    await page.getByText("Health").first().waitFor();
    const open = [
      async () => {
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: "Find or do anything" }).fill("pod");
        await page.getByRole("option", { name: /^Pod / }).first().waitFor();
      },
      async () => {
        await page.keyboard.press("?");
        await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      },
      async () => {
        await page.getByRole("button", { name: /^Status/ }).click();
        await page.getByText("Takes records").last().waitFor();
      },
    ];
    for (const act of open) {
      await act();
      await accessible(page);
      await page.keyboard.press("Escape");
    }
  });

  it("the main job needs no pointer", async () => {
    await page.goto(`${server.origin}/dashboard`);
    await page.getByText("Health").first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForFunction(() => document.activeElement?.id === "composer");
    await page.keyboard.type("scale web to 3 in namespace shop");
    await page.keyboard.press("Enter");
    const card = page.getByRole("article").last();
    await card.getByRole("button", { name: "Scale to 3" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.matches("article[data-query]"));
    await page.keyboard.press("a");
    await page.waitForFunction(() => document.activeElement?.textContent === "Scale to 3");
    await page.keyboard.press("Enter");
    await card.getByText(/deployment.apps\/web scaled/).waitFor();
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.matches("dialog input"));
    await page.keyboard.type("deployments");
    await page.getByRole("option", { name: /^Deployment / }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Deployments" }).waitFor();
    const web = page.getByRole("button", { name: "web", exact: true });
    await web.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "web", exact: true }).waitFor();
  });

  it("shows changes by itself", async () => {
    await page.goto(`${server.origin}/monitor/kinds/deployments.apps`);
    const row = page.getByRole("row").filter({ has: page.getByRole("button", { name: "catalog", exact: true }) });
    await row.getByText("2/2").waitFor();
    const other = await page.context().newPage();
    other.setDefaultTimeout(PATIENCE);
    await other.goto(`${server.origin}/chat`);
    const field = other.getByRole("textbox", { name: /say what you want/i });
    await field.fill("kubectl scale deployment catalog --replicas=3 -n shop");
    await field.press("Enter");
    await other.getByRole("button", { name: /^Scale/ }).click();
    await row.getByText(/\/3$/).waitFor();
    await other.close();
  });

  it("stands without a network, and says so", async () => {
    await page.goto(`${server.origin}/help`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await page.getByText("What a line can do").waitFor();
    await becomes(() => page.evaluate(isKept), true, "what the page is made of is kept");
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("What a line can do").waitFor();
    await page.getByText("KubeChat is not answering").waitFor();
    await page.context().setOffline(false);
  });

  it("asked nothing of another host, and broke no rule of its own", () => {
    assert.deepEqual(foreign, []);
    assert.deepEqual(broken, []);
  });
});
