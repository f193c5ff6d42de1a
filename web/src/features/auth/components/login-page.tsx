import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { meOptions } from "@/api/get-me";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { navigate, usePlace } from "@/lib/router";
import { auth as m } from "@/messages/auth";
import { useLoginOnce } from "../api/login-once";
import { LoginForm } from "./login-form";
import { PasswordForm } from "./password-form";

/** Only addresses of this app: a link must not lead elsewhere after the login. */
function target(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/chat";
}

export default function LoginPage() {
  const { search } = usePlace();
  const [code] = useState(() => search.get("code"));
  const next = target(search.get("next"));
  const client = useQueryClient();
  const once = useLoginOnce();
  const sent = useRef(false);

  const { mutate } = once;
  useEffect(() => {
    if (!code || sent.current) return;
    sent.current = true;
    // The code is spent with this request; it should not stay in the address or the history.
    navigate("/login", { replace: true });
    mutate(code);
  }, [code, mutate]);

  const enter = () => navigate(next, { replace: true });
  const me = once.data;
  return (
    <main className="flex flex-1 items-center justify-center overflow-auto p-4">
      <div className="w-full max-w-[380px] rounded-card border border-line bg-surface p-6 shadow-card">
        <div className="mb-5 flex items-center gap-2.5 text-lg font-semibold">
          <span className="logo" aria-hidden="true">
            k
          </span>
          {m.kubechat}
        </div>
        {once.isPending && <p role="status">{m.codeChecking}</p>}
        {me && !me.password_set && (
          <>
            <h1 className="text-lg font-semibold">{m.passwordTitle(me.user)}</h1>
            <p className="mt-1 mb-4 text-muted">{m.passwordAbout}</p>
            <PasswordForm onDone={enter} onLater={enter} />
          </>
        )}
        {me?.password_set && <Entered onEnter={enter} />}
        {!once.isPending && !me && (
          <>
            <h1 className="mb-4 text-lg font-semibold">{m.logIn}</h1>
            {once.isError && (
              <div className="mb-4">
                <ErrorNotice title={m.codeRefused} error={once.error} />
              </div>
            )}
            <LoginForm
              onDone={() => {
                void client.invalidateQueries({ queryKey: meOptions.queryKey });
                enter();
              }}
            />
            <p className="mt-4 text-xs text-muted">
              <Fill text={m.loginNoPassword} code={<code className="mono">{m.kubechatServe}</code>} />
            </p>
          </>
        )}
      </div>
    </main>
  );
}

function Entered({ onEnter }: { onEnter: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaves once, when it appears.
  useEffect(onEnter, []);
  return null;
}
