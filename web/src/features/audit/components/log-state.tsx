import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { checkpointOptions } from "@/api/get-checkpoint";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { PageHeading } from "@/components/page";
import { count, shortHash } from "@/lib/format";
import { audit as m } from "@/messages/audit";
import { publicKeyOptions } from "../api/get-public-key";
import { useVerifyLog } from "../api/verify-log";
import { acceptAnew, witness } from "../seen-checkpoint";

/** What this browser knows of the log as a whole. */
export function LogState({ size }: { size: number | undefined }) {
  const { data: checkpoint } = useQuery(checkpointOptions);
  const { data: key } = useQuery(publicKeyOptions);
  const [problem, setProblem] = useState<string | null>(null);
  const verify = useVerifyLog();
  useEffect(() => {
    if (checkpoint && key) void witness(checkpoint, key.key, key.rotations).then(setProblem);
  }, [checkpoint, key]);

  return (
    <>
      <PageHeading
        title={m.audit}
        about={
          <span className="block truncate" title={checkpoint?.root}>
            {size !== undefined && checkpoint && (
              <>
                {m.records(count(size))},{" "}
                <Fill
                  text={m.signedRoot}
                  root={<span className="mono">{shortHash(checkpoint.root)}</span>}
                  size={count(checkpoint.size)}
                />
              </>
            )}
          </span>
        }
      >
        <Button onClick={() => verify.mutate()} disabled={verify.isPending}>
          {verify.isPending ? m.verifying : m.verify}
        </Button>
      </PageHeading>
      {verify.data && (
        <p
          role="status"
          className={`mb-5 rounded-lg px-3 py-2 ${verify.data.ok ? "bg-ok-soft text-ok" : "bg-bad-soft text-bad"}`}
        >
          {verify.data.ok ? m.verifiedWhole : m.verifiedDamaged}
          {verify.data.message}
          {verify.data.first_bad != null && m.verifiedFirstBad(count(verify.data.first_bad))}
        </p>
      )}
      {verify.isError && (
        <div className="mb-5">
          <ErrorNotice title={m.verifyFailed} error={verify.error} />
        </div>
      )}
      {problem && checkpoint && key && (
        <div role="alert" className="mb-5 rounded-lg bg-bad-soft px-3 py-2 text-bad">
          <p>{problem}</p>
          <p className="mt-1">
            <Fill text={m.changedNext} code={<code className="mono">{m.verifyCommand}</code>} />
          </p>
          <Button
            className="mt-2 text-text"
            onClick={() => {
              acceptAnew(checkpoint, key.key);
              setProblem(null);
            }}
          >
            {m.changedAccept}
          </Button>
        </div>
      )}
    </>
  );
}
