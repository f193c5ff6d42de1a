import type { Query } from "@/api/types";
import { count } from "@/lib/format";
import { Link } from "@/lib/router";

function Record({ index }: { index: number }) {
  return (
    <Link to={`/audit?record=${index}`} className="border-b border-line text-muted hover:text-text">
      #{count(index)}
    </Link>
  );
}

/** Where the audit log holds it. */
export function Evidence({ query: { audit } }: { query: Query }) {
  const intent = audit?.intent ?? null;
  const outcome = audit?.outcome ?? null;
  const first = intent ?? outcome;
  if (first === null) return null;
  const last = outcome ?? first;
  return (
    <p className="pl-1 text-xs text-faint">
      Recorded as <Record index={first} />
      {last !== first && (
        <>
          {" "}
          and <Record index={last} />
        </>
      )}
      .{" "}
      <Link to={`/audit?record=${last}&check=1`} className="border-b border-line text-muted hover:text-text">
        Check the proof
      </Link>
    </p>
  );
}
