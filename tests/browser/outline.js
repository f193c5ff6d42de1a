// The outline of a page as text: what it is made of, in order, as a screen reader is told. What the cluster and the
// clock decide (rows, lists of what was found, numbers) is not part of it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { becomes } from "./checks.js";

const FOLDER = join(import.meta.dirname, "outlines");
const MADE_OF = /^(banner|navigation|complementary|main|region|search|form|group|heading|button|link|textbox|searchbox|combobox|switch|checkbox|radio|tab|table|columnheader|meter|article)$/;
/** Data, with all that is inside. */
const DATA = /^(list|cell|rowheader|term|definition|option)$/;

/** Only the lines that the page itself decides, with their depth. */
export function outline(snapshot) {
  const kept = [];
  let skipped = Number.POSITIVE_INFINITY;
  for (const line of snapshot.split("\n")) {
    const [, indent, role, rest] = /^( *)- '?([a-z]+)(.*)$/.exec(line) ?? [];
    if (role === undefined) continue;
    if (indent.length > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    if (DATA.test(role)) {
      skipped = indent.length;
      continue;
    }
    if (!MADE_OF.test(role)) continue;
    const name = /^ "((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? "";
    kept.push(`${indent}${role}${name && ` "${name.replace(/\d[\d,.]*/g, "#")}"`}`);
  }
  return `${kept.join("\n")}\n`;
}

/** The outlines of a page at each width, as they are kept: "# 1440" and what follows. */
async function kept(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  return new Map(
    text.split(/^# /m).slice(1).map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}

/**
 * Compares the outline of the page at this width with the one that is kept; `UPDATE=1` keeps it anew. What still comes
 * is waited for.
 */
export async function matchesOutline(page, name, width) {
  const file = join(FOLDER, `${name}.txt`);
  const now = async () => outline(await page.locator("body").ariaSnapshot());
  const parts = await kept(file);
  if (process.env.UPDATE) {
    await page.waitForLoadState("networkidle");
    await mkdir(FOLDER, { recursive: true });
    parts.set(String(width), await now());
    await writeFile(file, [...parts].map(([at, text]) => `# ${at}\n${text}`).join(""));
    return;
  }
  const wanted = parts.get(String(width));
  await becomes(now, wanted, `outlines/${name}.txt at ${width}: UPDATE=1 keeps the new one, if it is meant`);
}

/** Controls in view that something else lies over: they can be seen or reached only in part. Runs in the page. */
export function covered() {
  const found = [];
  const inView = (element, x, y) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(up);
      const { left, right, top, bottom } = up.getBoundingClientRect();
      if (overflowX !== "visible" && (x < left || x > right)) return false;
      if (overflowY !== "visible" && (y < top || y > bottom)) return false;
    }
    return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  };
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    const { x, y, width, height } = element.getBoundingClientRect();
    if (getComputedStyle(element).clipPath !== "none") continue;
    if (width < 2 || height < 2 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const middle = [x + width / 2, y + height / 2];
    if (!inView(element, ...middle)) continue;
    const there = document.elementFromPoint(...middle);
    if (there && !element.contains(there) && !there.contains(element)) {
      found.push(`${element.textContent || element.getAttribute("aria-label")} is under ${there.tagName} ${there.className}`);
    }
  }
  return found;
}
