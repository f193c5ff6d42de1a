import { useQuery, useQueryClient } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import type { AuditEvent, Proof } from "@/api/types";
import { Dot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { shortHash } from "@/lib/format";
import { audit as m } from "@/messages/audit";
import { proofOptions } from "../api/get-proof";
import { publicKeyOptions } from "../api/get-public-key";
import { type CheckedProof, checkProof, type Finding, type Verdict } from "../check-proof";
import { save } from "../save";

const TONES: Record<Verdict, Tone> = { holds: "ok", fails: "bad" };
const WORDS: Record<Verdict, string> = { holds: m.holds, fails: m.fails };
const CONCLUSIONS: Record<Verdict, string> = {
  holds: m.proofHolds,
  fails: m.proofFails,
};

/** Fetches the proof and checks it in this browser, step by step. */
export function ProofCheck({ event, atOnce }: { event: AuditEvent; atOnce: boolean }) {
  const client = useQueryClient();
  const [wanted, setWanted] = useState(atOnce);
  const { data, isFetching, isError, error, refetch } = useQuery({
    queryKey: ["audit", "checked", event.index],
    enabled: wanted,
    gcTime: 0,
    queryFn: async () => {
      const proof = await client.fetchQuery(proofOptions(event.index));
      const { key } = await client.fetchQuery(publicKeyOptions);
      return { proof, checked: await checkProof(proof, key, event) };
    },
  });
  return (
    <div className="border-t border-line2 px-4 py-3.5">
      {data && <Findings {...data.checked} />}
      {isError && <ErrorNotice title={m.proofUnknown} error={error} />}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button disabled={isFetching} onClick={() => (wanted ? void refetch() : setWanted(true))}>
          {isFetching ? m.checking : data ? m.checkAgain : m.checkTheProof}
        </Button>
        {data && <ExportButtons proof={data.proof} />}
      </div>
    </div>
  );
}

function Findings({ verdict, findings }: CheckedProof) {
  return (
    <>
      <ol aria-label={m.stepsOfTheCheck} className="flex flex-col gap-1.5 text-sm">
        {findings.map((finding) => (
          <FindingLine key={finding.text} {...finding} />
        ))}
      </ol>
      <p role="status" className={clsx("mt-3 font-medium", verdict === "holds" ? "text-ok" : "text-bad")}>
        {CONCLUSIONS[verdict]}
      </p>
    </>
  );
}

function FindingLine({ verdict, text, detail }: Finding) {
  return (
    <li className="flex items-baseline gap-2.5">
      <Dot tone={TONES[verdict]} />
      <span className="min-w-0 flex-1 break-words">
        <span className="sr-only">{WORDS[verdict]}: </span>
        {text}
        {detail && (
          <span className="mono ml-2 text-xs text-muted" title={detail}>
            {shortHash(detail)}
          </span>
        )}
      </span>
    </li>
  );
}

function ExportButtons({ proof }: { proof: Proof }) {
  return (
    <>
      <Button tone="quiet" onClick={() => save(`record-${proof.index}.json`, proof.record)}>
        {m.exportRecord}
      </Button>
      <Button tone="quiet" onClick={() => save(`record-${proof.index}.proof`, proof.proof)}>
        {m.exportProof}
      </Button>
    </>
  );
}
