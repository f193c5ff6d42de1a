export type TokenKind = "program" | "verb" | "flag" | "value" | "name" | "plain" | "space";

export interface Token {
  kind: TokenKind;
  text: string;
}

/** Splits a kubectl line for colouring only; what runs was parsed by the server. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let words = 0;
  let flagWantsValue = false;
  for (const text of line.match(/\s+|(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []) {
    if (/^\s/.test(text)) {
      tokens.push({ kind: "space", text });
      continue;
    }
    if (text.startsWith("-")) {
      const equals = text.indexOf("=");
      if (equals > 0) {
        tokens.push(
          { kind: "flag", text: text.slice(0, equals + 1) },
          { kind: "value", text: text.slice(equals + 1) },
        );
      } else tokens.push({ kind: "flag", text });
      flagWantsValue = equals < 0 && TAKES_VALUE.has(text);
      continue;
    }
    if (flagWantsValue) tokens.push({ kind: "value", text });
    else tokens.push({ kind: KINDS[Math.min(words++, KINDS.length - 1)] ?? "plain", text });
    flagWantsValue = false;
  }
  return tokens;
}

const KINDS: TokenKind[] = ["program", "verb", "plain", "name"];
const TAKES_VALUE = new Set([
  "-n",
  "--namespace",
  "-l",
  "--selector",
  "-o",
  "--output",
  "-c",
  "--container",
  "-f",
]);
