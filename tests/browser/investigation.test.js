// A question that is looked into by a model: every step as it goes, every finding with its lines, every change a preview.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch } from "./browser.js";
import { accessible, becomes, fits, logIn } from "./checks.js";
import { config, detective, model } from "./model.js";
import { serve } from "./server.js";

const SIZES = [[1440, 900], [1024, 768], [390, 844]];

describe("a question for a model", { timeout: 900_000 }, () => {
  let answers;
  let server;
  let browser;
  let page;
  /** What is told of the next question to the model, which is then held back. */
  let tell = null;
  /** Where the next answer is held back: behind these words, until that is kept. */
  let pause = null;

  before(async () => {
    answers = await model(async (body) => {
      if (tell) await new Promise(tell);
      return detective(body);
    }, async (said) => {
      if (pause && said.includes(pause.behind)) await pause.until;
    });
    server = await serve(config(answers.endpoint));
    browser = await launch();
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await logIn(page, server);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await answers?.stop();
  });

  const composer = () => page.getByRole("textbox", { name: /say what you want/i });
  const ask = async (words) => {
    await composer().fill(words);
    await composer().press("Enter");
  };
  /** Holds the next question to the model back; resolves when it has come, with what lets it go. */
  const held = () =>
    new Promise((come) => {
      tell = (go) => {
        tell = null;
        come(go);
      };
    });
  const accessibleAnywhere = async () => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        const at = `${colorScheme} at ${width}`;
        await fits(page, at);
        await accessible(page, at);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };

  it("says who reads the words", async () => {
    const reader = page.getByRole("combobox", { name: "Who reads your words" });
    await becomes(async () => /Built in, then local-model:7b/.test(await reader.innerText()), true, "who is asked");
    await page.getByRole("button", { name: /^Status:/ }).click();
    await page.getByText("it asks local (local-model:7b), second (second-model:7b)").waitFor();
    await page.keyboard.press("Escape");
  });

  it("tells each step while it runs, and stops when it is told to", async () => {
    await ask("why do our customers have to wait so long");
    await page.getByRole("heading", { name: "What was found" }).waitFor();
    const card = page.getByRole("article").last();
    const reading = held();
    await ask("why do our suppliers have to wait so long");
    const letRead = await reading;
    await card.getByText("Reading your words.").waitFor();
    const looking = held();
    letRead();
    const letLook = await looking;
    await card.getByText("Looking into it").waitFor();
    const answering = held();
    letLook();
    await answering;
    await card.getByRole("list", { name: "What was looked at" }).getByText("kubectl get pods -n shop").waitFor();
    await card.getByRole("button", { name: "Stop looking" }).click();
    await card.getByText("You stopped it.").waitFor();
  });

  it("lets the answer grow where the checked one will stand", async () => {
    let letGo;
    pause = { behind: "restarted again ", until: new Promise((kept) => (letGo = kept)) };
    await ask("why do our neighbours complain so much");
    // A proposed change is a card of its own below it.
    const card = page.getByRole("article").filter({ hasText: "One pod of the shop" }).last();
    const half = card.getByText("One pod of the shop is restarted again", { exact: true });
    await half.waitFor();
    await card.getByText("Still being written").first().waitFor();
    const place = (one) => one.getBoundingClientRect().top - one.closest("article").getBoundingClientRect().top;
    const at = await half.evaluate(place);
    await accessibleAnywhere();
    pause = null;
    letGo();
    await card.getByRole("heading", { name: "What was found" }).waitFor();
    const whole = card.getByText("One pod of the shop is restarted again and again.");
    await becomes(() => whole.evaluate(place), at, "it stands where it grew");
    await becomes(() => card.getByText("Still being written").count(), 0);
  });

  it("answers with findings that lead to their lines, and with guesses that are said to be", async () => {
    const card = page.getByRole("article").first();
    await card.getByText("One pod of the shop is restarted again and again.").waitFor();
    const findings = card.getByRole("region", { name: "Findings" });
    await findings.getByText("A guess: no line bears it out").waitFor();
    await findings.getByText("kubectl get deployments -n shop, lines 2 to 4").click();
    await findings.getByText(/catalog\s+\d\/\d/).first().waitFor();
    await findings.getByRole("button", { name: "See the whole answer" }).first().click();
    const steps = card.getByRole("region", { name: "What was looked at" });
    await steps.getByRole("table").waitFor();
    await steps.getByText("Only what is safe to read runs while a question is looked into").waitFor();
    await accessibleAnywhere();
  });

  it("shows to the letter what was sent", async () => {
    const card = page.getByRole("article").first();
    await card.getByText("What was sent to a model").click();
    await card.getByText("2. local-model:7b.").click();
    await card.getByText("Question: why do our customers have to wait so long").first().waitFor();
    assert.ok(answers.asked.length >= 4);
    await accessibleAnywhere();
  });

  it("runs a proposed change only after a yes to its preview", async () => {
    // Every answer that proposes something has one.
    const fix = page.getByRole("region", { name: "Proposed change 1" }).first();
    await fix.getByRole("button", { name: "Restart web" }).click();
    await fix.getByText(/deployment.apps\/web restarted/).first().waitFor();
  });

  it("says in the settings who is asked, what it cost and what is down since when", async () => {
    await page.goto(`${server.origin}/chat`);
    await page.getByRole("combobox", { name: "Who reads your words" }).selectOption("second");
    await ask("why do our neighbours have to wait so long");
    await page.getByRole("article").last().getByText(/second/).first().waitFor();
    await page.goto(`${server.origin}/settings/models`);
    const second = page.getByRole("region", { name: "second" });
    await second.getByText("Down since").waitFor();
    await second.locator("time").waitFor();
    await page.getByRole("region", { name: "Usage" }).getByRole("table").waitFor();
    await accessibleAnywhere();
  });
});
