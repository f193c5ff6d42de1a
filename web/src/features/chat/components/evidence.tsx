import type { Query } from "@/api/types";
import { count } from "@/lib/format";
import { Link } from "@/lib/router";
import { cards as words } from "@/messages/cards";
import { models as m } from "@/messages/models";

function Record({ index }: { index: number }) {
  return (
    <Link to={`/audit?record=${index}`} className="border-b border-line text-muted hover:text-text">
      #{count(index)}
    </Link>
  );
}

/** Where the audit log holds it. */
export function Evidence({ query: { audit, models, request } }: { query: Query }) {
  const intent = audit?.intent ?? null;
  const outcome = audit?.outcome ?? null;
  const first = intent ?? outcome;
  if (first === null) return null;
  const last = outcome ?? first;
  const model = models?.at(-1);
  const inWords = request !== null && request !== undefined && !request.startsWith("kubectl ");
  const who = inWords && (model ? m.readByModel(model.model) : m.readByBuiltIn);
  return (
    <p className="pl-1 text-xs text-faint">
      {words.recordedAs} <Record index={first} />
      {last !== first && (
        <>
          {" "}
          {words.and} <Record index={last} />
        </>
      )}
      .{" "}
      <Link to={`/audit?record=${last}&check=1`} className="border-b border-line text-muted hover:text-text">
        {words.checkTheProof}
      </Link>
      {who && `. ${who}.`}
    </p>
  );
}
