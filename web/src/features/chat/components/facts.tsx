import { type ReactNode, useState } from "react";
import type { Permission, Query, Target } from "@/api/types";
import { isOpen } from "@/lib/states";
import { cards as m } from "@/messages/cards";
import { affected, right, targetName } from "../words";
import { Touches, touched } from "./touches";

/** Affects, runs as, needs, undo, why and touches: always in this order. */
export function Facts({ query }: { query: Query }) {
  const targets = query.targets ?? [];
  const reasons = query.reasons ?? [];
  const changes = query.level !== "safe";
  const said = new Set(reasons.map(({ text }) => text));
  const touches = query.impact ? touched(query.impact).filter(({ text }) => !said.has(text)) : [];
  const needs = isOpen(query.state) ? needed(query) : null;
  return (
    <dl className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 pb-3.5 text-[13.5px] max-sm:grid-cols-[52px_minmax(0,1fr)] max-sm:gap-x-2 max-sm:gap-y-1 max-sm:px-3 max-sm:pb-2 max-sm:text-xs max-sm:leading-[17px]">
      {targets.length > 0 && (
        <Fact name={m.affects}>
          <Targets targets={targets} />
        </Fact>
      )}
      {query.runs_as && (
        <Fact name={m.runsAs}>
          <span className="break-all">{query.runs_as}</span> <Rights permissions={query.permissions ?? []} />
        </Fact>
      )}
      {needs && <Fact name={m.needs}>{needs}</Fact>}
      {changes && query.undo && <Fact name={m.undo}>{query.undo.text || m.noneThisCantBe}</Fact>}
      {reasons.length > 0 && (
        <Fact name={m.why}>
          {reasons.map(({ id, text }) => (
            <p key={id}>{text}</p>
          ))}
        </Fact>
      )}
      {touches.length > 0 && (
        <Fact name={m.touches}>
          <Touches lines={touches} />
        </Fact>
      )}
      {query.unconfirmed && (
        <Fact name={m.unconfirmed}>
          <span className="text-warn">{m.notConfirmedByThe(query.unconfirmed)}</span>
        </Fact>
      )}
      {(query.warnings ?? []).length > 0 && (
        <Fact name={m.warnings}>
          {query.warnings.map((text) => (
            <p key={text} className="text-warn">
              {text}
            </p>
          ))}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function needed({ level, confirm }: Query): string | null {
  if (confirm) return m.yourConfirmationType(confirm);
  return level === "safe" ? null : m.yourApproval;
}

const FEW = 3;

function Targets({ targets }: { targets: Target[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? targets : targets.slice(0, FEW);
  const namespace = targets[0]?.namespace ?? null;
  const together = namespace !== null && targets.every((one) => one.namespace === namespace);
  const title = (target: Target) => (together ? target.name : targetName(target));
  return (
    <>
      {affected(targets)}:{" "}
      <span className={all ? "block max-h-48 overflow-auto" : undefined}>
        {shown.map((target, i) => (
          <span key={`${target.resource} ${targetName(target)}`} className="mono break-all">
            {title(target)}
            {i < shown.length - 1 && ", "}
          </span>
        ))}
      </span>
      {together && m.inNamespace(namespace)}
      {targets.length > FEW && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="ml-1.5 font-medium text-primary hover:underline"
        >
          {all ? m.showFewer : m.showAll(targets.length)}
        </button>
      )}
    </>
  );
}

function Rights({ permissions }: { permissions: Permission[] }) {
  const missing = permissions.filter((one) => !one.allowed);
  if (missing.length > 0)
    return <span className="font-medium text-bad">{m.mayNot(missing.map(right).join(", "))}</span>;
  const [first, ...rest] = [...new Set(permissions.map(right))];
  if (!first) return null;
  return (
    <span className="font-medium text-ok" title={rest.length > 0 ? [first, ...rest].join("\n") : undefined}>
      {m.may} {first}
      {rest.length > 0 && m.andMore(rest.length)}
    </span>
  );
}
