import { CopyButton } from "@/components/copy-button";
import { type Token, type TokenKind, tokenize } from "@/lib/kubectl-tokens";
import { cards as m } from "@/messages/cards";

const LOOKS: Record<TokenKind, string> = {
  program: "font-semibold text-primary",
  verb: "font-semibold",
  name: "font-semibold text-primary",
  flag: "text-muted",
  value: "",
  plain: "",
  space: "",
};

/** Tokens that belong to one word, so that a line never breaks inside `--replicas=5`. */
function words(tokens: Token[]): Token[][] {
  const found: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === "space") found.push([]);
    else found.at(-1)?.push(token);
  }
  return found.filter((word) => word.length > 0);
}

export function CommandLine({ command }: { command: string }) {
  return (
    <div className="mx-4 mb-3.5 flex items-start gap-3 rounded-lg bg-sunken px-3 py-2 max-sm:mx-3 max-sm:mb-2 max-sm:px-2.5 max-sm:py-1.5">
      <code className="mono min-w-0 flex-1">
        {words(tokenize(command)).map((word, i) => (
          <span key={`${i} ${word[0]?.text}`}>
            {i > 0 && " "}
            <span className="inline-block max-w-full align-top break-words">
              {word.map(({ kind, text }) => (
                <span key={kind} className={LOOKS[kind]}>
                  {text}
                </span>
              ))}
            </span>
          </span>
        ))}
      </code>
      <CopyButton text={command} label={m.copyCommand} />
    </div>
  );
}
