import { lazy, Suspense, useState } from "react";
import type { Me } from "@/api/types";
import { Popover } from "@/components/popover";
import { app as m } from "@/messages/app";

const AccountPanel = lazy(() => import("./account-panel"));
const PasswordDialog = lazy(() => import("@/features/auth/components/password-dialog"));

export function UserMenu({ me }: { me: Me }) {
  const [password, setPassword] = useState(false);
  return (
    <>
      <Popover
        label={m.yourAccount}
        align="end"
        trigger={(props) => (
          <button
            type="button"
            {...props}
            aria-label={m.accountOf(me.user)}
            title={me.user}
            className="grid size-[30px] shrink-0 place-items-center rounded-full border border-line bg-sunken text-xs font-semibold text-muted uppercase hover:text-text"
          >
            {me.user.slice(0, 1)}
          </button>
        )}
      >
        {(close) => (
          <Suspense fallback={null}>
            <AccountPanel me={me} onClose={close} onPassword={() => setPassword(true)} />
          </Suspense>
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
