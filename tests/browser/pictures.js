// Takes the pictures of README and docs from the real app on the practice cluster: `make pictures`.
import { resolve } from "node:path";
import { launch } from "./browser.js";
import { logIn } from "./checks.js";
import { serve } from "./server.js";

const docs = resolve(import.meta.dirname, "../../docs");
const server = await serve();
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  const take = async (name) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${docs}/${name}.png` });
    console.log(`docs/${name}.png`);
  };
  await logIn(page, server);
  const field = page.getByRole("textbox", { name: /say what you want/i });
  await field.fill("show the pods of web in namespace shop");
  await field.press("Enter");
  await page.getByRole("article").last().getByRole("table").waitFor();
  await field.fill("scale web to 5 in namespace shop");
  await field.press("Enter");
  await page.getByRole("button", { name: "Scale to 5" }).waitFor();
  await take("chat");
  await page.getByRole("button", { name: "Scale to 5" }).click();
  await page.getByText(/deployment.apps\/web scaled/).waitFor();

  await page.goto(`${server.origin}/monitor`);
  // Our fonts are there from now on.
  await page.reload();
  await page.getByText("What needs attention").waitFor();
  // metrics-server needs its first measurement.
  await page.getByRole("meter").first().waitFor();
  await take("monitor");
  await page.goto(`${server.origin}/monitor/objects/deployments.apps/shop/web?kind=Deployment`);
  await page.getByText("What belongs together").waitFor();
  await take("object");
  await page.goto(`${server.origin}/audit`);
  await page.getByText("scale deployment web -n shop --replicas=5").first().click();
  await page.getByRole("button", { name: "Check the proof" }).click();
  await page.getByText("Proof holds: this record is in the log and unchanged.").waitFor();
  await take("audit");
} finally {
  await browser.close();
  await server.stop();
}
