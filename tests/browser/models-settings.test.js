// Language models as an administrator configures them: added on the settings page, asked from the next question on, kept
// in the file of the configuration with what a person wrote there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.js";
import { accessible, fits, logIn } from "./checks.js";
import { detective, model } from "./model.js";
import { serve } from "./server.js";

const KEY = "sk-typed-on-the-page";

describe("language models on the settings page", { timeout: 900_000 }, () => {
  let answers;
  let server;
  let browser;
  let page;

  before(async () => {
    answers = await model(detective);
    server = await serve("# Kept by the platform team.\n[models]\nairgap = true\n");
    browser = await launch();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" })).newPage();
    await logIn(page, server);
    await page.goto(`${server.origin}/settings/models`);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await answers?.stop();
  });

  const button = (name) => page.getByRole("button", { name, exact: true });
  const file = () => readFile(join(server.dir, "config.toml"), "utf8");
  const add = async (name, endpoint) => {
    await button("Add a provider").click();
    const form = page.getByRole("dialog", { name: "Add a provider" });
    await form.getByLabel("Name", { exact: true }).fill(name);
    await form.getByLabel("Address", { exact: true }).fill(endpoint);
    await form.getByLabel("Model", { exact: true }).fill("tiny:1b");
    await form.getByLabel("Key", { exact: true }).fill(KEY);
    await accessible(page, `the form of ${name}`);
    await form.getByRole("button", { name: "Done" }).click();
  };
  const save = async () => {
    await button("Review and save").click();
    await page.getByRole("dialog", { name: "What would change" }).getByRole("button", { name: "Save" }).click();
  };

  it("says beside the field what can't be, and changes nothing", async () => {
    await add("far", "https://203.0.113.7/v1");
    await save();
    await page.getByText("It was not saved").waitFor();
    await page.getByText(/203\.0\.113\.7/).first().waitFor();
    await accessible(page);
    assert.doesNotMatch(await file(), /203\.0\.113\.7/);
    await button("Discard").click();
  });

  it("shows what would change, saves it and keeps what stood in the file", async () => {
    await add("near", answers.endpoint);
    await button("Review and save").click();
    const review = page.getByRole("dialog", { name: "What would change" });
    await review.getByRole("rowheader", { name: "provider.near.endpoint" }).waitFor();
    await review.getByText("a new key").waitFor();
    await accessible(page, "what would change");
    await review.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved; it holds from now on.").waitFor();
    const text = await file();
    assert.match(text, /^# Kept by the platform team\.$/m);
    assert.match(text, /near/);
    assert.doesNotMatch(text + (await page.content()), new RegExp(KEY));
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page);
    await accessible(page, "on a phone");
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it("asks it from the next question on, without a restart", async () => {
    await page.goto(`${server.origin}/chat`);
    const field = page.getByRole("textbox", { name: /say what you want/i });
    await field.fill("why do our customers have to wait so long");
    await field.press("Enter");
    await page.getByRole("heading", { name: "What was found" }).waitFor();
    assert.ok(answers.asked.length > 0);
  });

  it("has recorded the change, without the key", async () => {
    const changes = await page.evaluate(() => fetch("/api/v1/audit/events?kind=setting.changed").then((answer) => answer.text()));
    assert.match(changes, /"near"/);
    assert.doesNotMatch(changes, new RegExp(KEY));
  });
});
