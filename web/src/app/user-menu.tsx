import { lazy, Suspense, useState } from "react";
import type { Me } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Popover } from "@/components/popover";
import { useLogout } from "@/features/auth/api/logout";
import { navigate } from "@/lib/router";

const PasswordDialog = lazy(() => import("@/features/auth/components/password-dialog"));

export function UserMenu({ me }: { me: Me }) {
  const [password, setPassword] = useState(false);
  const logout = useLogout();
  return (
    <>
      <Popover
        label="Your account"
        align="end"
        trigger={(props) => (
          <button
            type="button"
            {...props}
            aria-label={`Account of ${me.user}`}
            title={me.user}
            className="grid size-[30px] shrink-0 place-items-center rounded-full border border-line bg-sunken text-xs font-semibold text-muted uppercase hover:text-text"
          >
            {me.user.slice(0, 1)}
          </button>
        )}
      >
        {(close) => (
          <div className="flex w-56 flex-col">
            <p className="border-b border-line2 px-3 pt-1 pb-2 break-all">
              <span className="font-semibold">{me.user}</span>
              <span className="block text-xs text-muted">
                {me.admin ? "Administrator. " : ""}
                {me.identity === "own"
                  ? "Acts with the kubeconfig's own user."
                  : "Impersonated on the cluster."}
              </span>
            </p>
            <Button
              tone="quiet"
              className="mt-1 !justify-start"
              onClick={() => {
                close();
                setPassword(true);
              }}
            >
              {me.password_set ? "Change password" : "Set password"}
            </Button>
            <Button
              tone="quiet"
              className="!justify-start"
              onClick={() => {
                close();
                navigate("/help");
              }}
            >
              Help and shortcuts
            </Button>
            <Button tone="quiet" className="!justify-start" onClick={() => logout.mutate()}>
              Log out
            </Button>
            {logout.isError && <ErrorNotice title="You are still logged in" error={logout.error} />}
          </div>
        )}
      </Popover>
      {password && (
        <Suspense fallback={null}>
          <PasswordDialog onClose={() => setPassword(false)} />
        </Suspense>
      )}
    </>
  );
}
