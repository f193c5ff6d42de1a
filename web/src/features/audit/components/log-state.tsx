import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { checkpointOptions } from "@/api/get-checkpoint";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { count, shortHash } from "@/lib/format";
import { audit as m } from "@/messages/audit";
import { publicKeyOptions } from "../api/get-public-key";
import { useVerifyLog } from "../api/verify-log";
import { acceptAnew, witness } from "../seen-checkpoint";

/** What this browser knows of the log as a whole. */
export function LogState() {
  const { data: checkpoint } = useQuery(checkpointOptions);
  const { data: key } = useQuery(publicKeyOptions);
  const [problem, setProblem] = useState<string | null>(null);
  const verify = useVerifyLog();
  useEffect(() => {
    if (checkpoint && key) void witness(checkpoint, key.key, key.rotations).then(setProblem);
  }, [checkpoint, key]);

  return (
    <>
      {checkpoint && (
        <p className="text-muted" title={checkpoint.root}>
          <Fill
            text={m.signedRoot}
            root={<span className="mono">{shortHash(checkpoint.root)}</span>}
            size={count(checkpoint.size)}
          />
        </p>
      )}
      <Button className="ml-auto max-sm:ml-0" onClick={() => verify.mutate()} disabled={verify.isPending}>
        {verify.isPending ? m.readingTheWholeLog : m.verifyTheWholeLog}
      </Button>
      {verify.data && (
        <p
          role="status"
          className={`w-full rounded-lg px-3 py-2 ${verify.data.ok ? "bg-ok-soft text-ok" : "bg-bad-soft text-bad"}`}
        >
          {verify.data.ok ? m.theLogIsWhole : m.theLogIsDamaged}
          {verify.data.message}
          {verify.data.first_bad != null && m.theFirstBadRecord(count(verify.data.first_bad))}
        </p>
      )}
      {verify.isError && (
        <div className="w-full">
          <ErrorNotice title={m.theLogWasNot} error={verify.error} />
        </div>
      )}
      {problem && checkpoint && key && (
        <div role="alert" className="w-full rounded-lg bg-bad-soft px-3 py-2 text-bad">
          <p>{problem}</p>
          <p className="mt-1">
            <Fill text={m.findOutWhoChanged} code={<code className="mono">{m.kubechatAuditVerify}</code>} />
          </p>
          <Button
            className="mt-2 text-text"
            onClick={() => {
              acceptAnew(checkpoint, key.key);
              setProblem(null);
            }}
          >
            {m.iKnowWhyAccept}
          </Button>
        </div>
      )}
    </>
  );
}
