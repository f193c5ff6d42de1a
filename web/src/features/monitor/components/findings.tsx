import type { Finding } from "@/api/types";
import { Dot } from "@/components/badge";
import { Button } from "@/components/button";
import { Empty, Panel } from "@/components/panel";
import { objectAddress } from "@/lib/addresses";
import { ask } from "@/lib/ask";
import { Link } from "@/lib/router";
import { monitor as m } from "@/messages/monitor";

/** What needs attention, its cause, and the next step as a button. */
export function Findings({ findings }: { findings: Finding[] }) {
  return (
    <Panel title={m.findingsTitle}>
      {findings.length === 0 && <Empty title={m.nothing}>{m.findingsNoneAbout}</Empty>}
      <ul>
        {findings.map((finding) => (
          <Line key={`${finding.id} ${finding.object.namespace}/${finding.object.name}`} finding={finding} />
        ))}
      </ul>
    </Panel>
  );
}

function Line({ finding: { serious, object, title, text, next } }: { finding: Finding }) {
  const first = next[0];
  return (
    <li className="flex items-center gap-4 border-b border-line2 px-4 py-3 last:border-b-0 max-sm:flex-col max-sm:items-start max-sm:gap-2">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="translate-y-[-1px]">
            <Dot tone={serious ? "bad" : "warn"} />
          </span>
          <Link to={objectAddress(object)} className="font-semibold break-words hover:text-primary">
            {title}
          </Link>
          {object.namespace && <span className="text-sm text-muted">{object.namespace}</span>}
          <span className="sr-only">{serious ? m.broken : m.findingMinor}</span>
        </p>
        <p className="mt-0.5 pl-[15px] text-sm break-words text-muted">{text}</p>
      </div>
      {first && (
        <Button onClick={() => ask(first.line)} title={first.line} className="max-sm:ml-[15px]">
          {first.label}
        </Button>
      )}
    </li>
  );
}
