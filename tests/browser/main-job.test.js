// The main job as a person does it: log in, ask, preview, approve, see the pods change, undo, verify the audit log.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.js";
import { accessible, becomes, fits, logIn, PATIENCE } from "./checks.js";
import { serve } from "./server.js";

/** In the page: the newest card is between the bar above and the composer below. */
function wholeInView() {
  const box = (selector) => [...document.querySelectorAll(selector)].at(-1).getBoundingClientRect();
  const card = box("article[data-query]");
  return card.top >= box("header").bottom && card.bottom <= box("form:has(#composer)").top;
}

describe("the main job on the practice cluster", { timeout: 900_000 }, () => {
  let server;
  let browser;
  let page;

  before(async () => {
    server = await serve();
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const composer = () => page.getByRole("textbox", { name: /say what you want/i });
  const say = async (words) => {
    await composer().fill(words);
    await composer().press("Enter");
  };
  const newest = () => page.getByRole("article").last();
  /** What the table says that answers these words. */
  const table = async (words) => {
    const answer = page.getByRole("article").nth(await page.getByRole("article").count());
    await say(words);
    return answer.getByRole("table").innerText();
  };

  it("logs in with the one-time address, once", async () => {
    await logIn(page, server);
    await page.getByText(/^Practice cluster: a real Kubernetes control plane/).waitFor();
    await page.getByRole("button", { name: /Cluster\s*practice/ }).waitFor();
    const other = await browser.newContext();
    const second = await other.newPage();
    await second.goto(server.login);
    await second.getByRole("textbox", { name: "Password" }).waitFor({ timeout: PATIENCE });
    await other.close();
    await accessible(page);
  });

  it("answers a read at once, as a table", async () => {
    assert.match(await table("show the pods in namespace shop"), /web-/);
    await newest().getByText("Reads only").waitFor();
    const crashes = async () => /CrashLoopBackOff|Error/.test(await table("show the pods in namespace shop"));
    await becomes(crashes, true, "a pod that crashes is shown");
  });

  it("previews a change and does nothing before the yes", async () => {
    await say("scale web to 5 in namespace shop");
    const card = newest();
    await card.getByRole("button", { name: "Scale to 5" }).waitFor();
    const text = await card.innerText();
    assert.match(text, /Scale Deployment web to 5 replicas/);
    assert.match(text, /kubectl scale deployment web/);
    assert.match(text, /Changes the cluster/);
    assert.match(text, /practice-admin/);
    assert.match(text, /may patch deployments\/scale/);
    assert.match(text, /Undo/);
    assert.match(text, /replicas: 2/);
    assert.match(text, /replicas: 5/);
    await accessible(page);
  });

  it("carries it out on approval, and the pods change", async () => {
    await newest().getByRole("button", { name: "Scale to 5" }).click();
    await newest().getByText(/deployment.apps\/web scaled/).waitFor();
    await page.getByText(/Recorded as/).last().waitFor();
    const running = async () => (await table("kubectl get pods -n shop -l app=web")).match(/web-[a-z0-9]+-[a-z0-9]+/g)?.length ?? 0;
    await becomes(running, 5, "pods of web");
  });

  it("asks for the name before something dangerous", async () => {
    await say("delete deployment notifications in namespace shop");
    const card = newest();
    await card.getByText("Dangerous", { exact: true }).first().waitFor();
    const button = card.getByRole("button", { name: /^Delete/ });
    assert.equal(await button.isEnabled(), false);
    await card.getByRole("textbox").first().fill("notification");
    assert.equal(await button.isEnabled(), false);
    await card.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("textbox", { name: /why not/i }).fill("only looking");
    await page.getByRole("button", { name: "Don't run it" }).click();
    await card.getByText(/denied by admin: only looking/i).first().waitFor();
  });

  it("says which right is missing, or that a line is refused", async () => {
    await say("kubectl get pods -n shop --as=system:admin");
    await newest().getByText(/refused/i).first().waitFor();
    assert.match(await newest().innerText(), /--as/);
  });

  it("takes it back", async () => {
    const scaled = page.getByRole("article").filter({ hasText: "Scale Deployment web to 5 replicas" }).first();
    await scaled.getByRole("button", { name: /undo/i }).first().click();
    const card = newest();
    await card.getByText(/replicas: 2/).first().waitFor();
    await card.getByRole("button", { name: /undo/i }).first().click();
    await page.getByText(/deployment.apps\/web restored/).waitFor();
  });

  it("applies an attached manifest, and edits what it made", async () => {
    const manifest = `apiVersion: v1
kind: ConfigMap
metadata: { name: opening-hours, namespace: shop }
data: { monday: nine to five }
`;
    const file = { name: "hours.yaml", mimeType: "text/yaml", buffer: Buffer.from(manifest) };
    await page.getByLabel("Manifests", { exact: true }).setInputFiles(file);
    await page.getByRole("list", { name: "Attached files" }).getByText("hours.yaml").waitFor();
    await becomes(() => composer().inputValue(), "kubectl apply -f hours.yaml");
    await composer().press("Enter");
    await newest().getByText(/It creates ConfigMap opening-hours/).first().waitFor();
    await newest().getByRole("button", { name: /^Apply/ }).click();
    await newest().getByText("configmap/opening-hours created").waitFor();

    await say("kubectl get configmap opening-hours -n shop -o yaml");
    await newest().getByRole("button", { name: "Edit", exact: true }).click();
    const area = page.getByRole("textbox", { name: "The object as YAML" });
    await accessible(page);
    await area.fill((await area.inputValue()).replace("nine to five", "closed"));
    await page.getByRole("button", { name: "Show what would change" }).click();
    const card = newest();
    await card.getByText(/monday: nine to five/).waitFor();
    await card.getByText(/monday: closed/).waitFor();
    await card.getByRole("button", { name: /^Edit opening-hours/ }).click();
    await card.getByText(/configmap\/opening-hours edited/).waitFor();
  });

  it("lists the evidence, checks a proof in the browser and verifies the whole log", async () => {
    await page.getByRole("link", { name: "Audit" }).click();
    const table = page.getByRole("table").first();
    await table.getByText(/scale deployment web/).first().waitFor();
    await accessible(page);
    await page.getByRole("button", { name: /verify the whole log/i }).click();
    await page.getByText(/All \d+ records are the ones that were signed for/).waitFor();
    await page.goto(`${server.origin}/audit?record=1&check=1`);
    await page.getByText("Proof holds: this record is in the log and unchanged.").first().waitFor();
  });

  it("shows something dangerous whole on the screen of a small phone", async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, storageState: await page.context().storageState() });
    const phone = await context.newPage();
    phone.setDefaultTimeout(PATIENCE);
    await phone.goto(`${server.origin}/chat`);
    const field = phone.getByRole("textbox", { name: /say what you want/i });
    const dangers = ["delete deployment notifications in namespace shop", "delete namespace staging"];
    for (const words of [...dangers, ...dangers]) {
      await field.fill(words);
      await field.press("Enter");
      const card = phone.getByRole("article").last();
      await card.getByRole("button", { name: /^Delete/ }).waitFor();
      await phone.waitForFunction(() => document.activeElement?.matches("article[data-query]"));
      await phone.waitForFunction(wholeInView);
    }
    await accessible(phone);
    await context.close();
  });

  it("works on a phone and in the dark", async () => {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
      storageState: await page.context().storageState(),
    });
    const phone = await context.newPage();
    phone.setDefaultTimeout(PATIENCE);
    await phone.goto(`${server.origin}/chat`);
    await phone.getByRole("textbox", { name: /say what you want/i }).waitFor();
    await fits(phone);
    await accessible(phone);
    await context.close();
  });
});
