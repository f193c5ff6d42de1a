// Fails on words for people that stand outside src/messages: they could not be translated.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const src = fileURLToPath(new URL("../src/", import.meta.url));
/** Not for people who use the app: the messages themselves, tests, generated types, the page that shows every component. */
const EXEMPT = /^(messages|test)\/|\.test\.tsx?$|^api\/schema\.d\.ts$|^app\/gallery\.tsx$/;
/** Attributes that are read out or shown, whatever stands in them. */
const SHOWN =
  /^(aria-(label|description|roledescription|valuetext)|title|placeholder|alt|label|hint|about|word|what)$/;
/** Attributes that nobody reads. */
const SILENT =
  /^(className|d|viewBox|style|key|id|accept|press|data-.*|aria-keyshortcuts|to|href|d|points|transform|rel|autoComplete)$/;

/** A word; a single letter is a key or the logo. */
const LETTER = /\p{L}{2}/u;
/** Texts of others that are looked for. */
const COMPARES = /^(startsWith|endsWith|includes|indexOf)$/;
/** The same as properties of an object. */
const SHOWN_PROPERTY = /^(title|label|word|about|note|hint|text|does|where|group|placeholder)$/;
/** Two words after a capital, or a sentence: not a class list, a kind of Kubernetes or a command. */
const SENTENCE = /^\p{Lu}[\p{L}’']*[ ,][^A-Z]|^\p{Lu}\p{Ll}+ \p{L}|\p{Ll}[.?:] ?$/u;
/** Words in a row: no class list, no address, no code. */
const PROSE = /^[^-_/=<>{}[\]]*\p{L} \p{Ll}{2,} [^-_/=<>{}[\]]*$/u;
const COMMAND = /^(kubectl|Bearer|Mod|Shift|Control) ?/;

const textOf = (node) =>
  node.type === "TemplateLiteral"
    ? node.quasis.map(({ value }) => value.cooked).join("…")
    : String(node.value);
const isText = (node) =>
  node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");

/** Every literal in a file that people would read: [offset, text, node, parents]. */
export function literals(source, name) {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name} can't be read: ${errors[0].message}`);
  const found = [];
  const walk = (node, parents, place) => {
    if (!node || typeof node.type !== "string") return;
    if (/^(Import|Export(All|Named))Declaration$/.test(node.type) && node.source) return;
    if (/^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/.test(node.type)) return;
    let here = place;
    if (node.type === "JSXText") {
      if (LETTER.test(node.value)) found.push([node.start, node.value.trim(), node, parents]);
      return;
    }
    if (node.type === "JSXAttribute") {
      const attribute = node.name.type === "JSXNamespacedName" ? "data-" : node.name.name;
      // Ours say what stands there; those of a form are for the browser.
      const named = attribute === "name" && /^\p{Lu}/u.test(node.value?.value ?? "");
      here = named ? "shown" : SILENT.test(attribute) ? "silent" : SHOWN.test(attribute) ? "shown" : "code";
    } else if (node.type === "JSXElement" || node.type === "JSXFragment") here = "shown";
    else if (node.type === "Property" && SHOWN_PROPERTY.test(node.key.name ?? "") && isText(node.value)) {
      const text = textOf(node.value);
      if (/^\p{Lu}/u.test(text) && !COMMAND.test(text))
        found.push([node.value.start, text, node.value, [...parents, node]]);
      return;
    } else if (
      /Function|CallExpression|NewExpression|Property$|BinaryExpression|MemberExpression/.test(node.type)
    ) {
      here = here === "silent" ? "silent" : "code";
    }
    if (node.type === "CallExpression" && COMPARES.test(node.callee.property?.name ?? "")) {
      walk(node.callee, [...parents, node], here);
      return;
    }
    if (isText(node)) {
      const text = textOf(node);
      const bad =
        here === "shown"
          ? LETTER.test(text)
          : here === "code" &&
            (SENTENCE.test(text) || PROSE.test(text.replaceAll("…", " x "))) &&
            !COMMAND.test(text);
      if (bad && here !== "silent") found.push([node.start, text, node, parents]);
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === "type" || key === "start" || key === "end") continue;
      const next = key === "test" || key === "key" ? "code" : here;
      for (const child of Array.isArray(value) ? value : [value]) walk(child, [...parents, node], next);
    }
  };
  walk(program, [], "code");
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = readdirSync(src, { recursive: true }).filter(
    (file) => /\.tsx?$/.test(file) && !EXEMPT.test(file),
  );
  let count = 0;
  for (const file of files.sort()) {
    const source = readFileSync(src + file, "utf8");
    for (const [at, text] of literals(source, file)) {
      count += 1;
      console.error(`src/${file}:${source.slice(0, at).split("\n").length}: ${JSON.stringify(text)}`);
    }
  }
  if (count > 0) {
    console.error(
      `${count} texts for people stand outside src/messages. Move them there, so that they can be translated.`,
    );
    process.exit(1);
  }
}
