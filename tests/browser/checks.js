// What every test of a page asks of it. A page goes on arriving while it is looked at: each check waits until it holds.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";

/** For how long something may take before a test gives up, in milliseconds; only a guard against hanging. */
export const PATIENCE = Number(process.env.PATIENCE ?? 90_000);
/** How long what arrives may look wrong. */
const ARRIVES = 10_000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/** Looks until it sees this; then or in the end compares. */
export async function becomes(look, wanted, message, within = PATIENCE) {
  const until = Date.now() + within;
  let seen = await look();
  while (JSON.stringify(seen) !== JSON.stringify(wanted) && Date.now() < until) {
    await new Promise((done) => setTimeout(done, 100));
    seen = await look();
  }
  assert.deepEqual(seen, wanted, message);
}

/** Holds a page to WCAG 2.1 AA, as far as axe can tell. */
export async function accessible(page, at = page.url()) {
  const violations = async () => {
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    return violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(" ")) }));
  };
  await becomes(violations, [], at, ARRIVES);
}

/** Nothing of a page is wider than its window. */
export async function fits(page, at = page.url()) {
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  await becomes(wide, false, `${at}: nothing sticks out`, ARRIVES);
}

/** A page that has logged in with the one-time address, and chooses a password later. */
export async function logIn(page, server) {
  page.setDefaultTimeout(PATIENCE);
  await page.goto(server.login);
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("textbox", { name: /say what you want/i }).waitFor();
}
