import type { Me } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useLogout } from "@/features/auth/api/logout";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { app as m } from "@/messages/app";
import { ThemeToggle } from "./theme-toggle";

interface Props {
  me: Me;
  onClose: () => void;
  onPassword: () => void;
}

export default function AccountPanel({ me, onClose, onPassword }: Props) {
  const logout = useLogout();
  return (
    <div className="flex w-56 flex-col">
      <p className="border-b border-line2 px-3 pt-1 pb-2">
        <span className="font-semibold break-all">{me.user}</span>
        <span className="block text-xs text-muted">
          {me.admin ? m.administrator : ""}
          {me.identity === "own" ? m.accountOwn : m.accountImpersonated}
        </span>
      </p>
      <Button
        tone="quiet"
        className="mt-1 !justify-start"
        onClick={() => {
          onClose();
          onPassword();
        }}
      >
        {me.password_set ? m.changePassword : m.setPassword}
      </Button>
      <Button
        tone="quiet"
        className="!justify-start"
        onClick={() => {
          onClose();
          navigate("/help");
        }}
      >
        {m.help}
      </Button>
      <Button
        tone="quiet"
        className="!justify-start"
        onClick={() => {
          onClose();
          useUi.getState().setOverlay("shortcuts");
        }}
      >
        {m.keyboardShortcuts}
      </Button>
      <div className="flex items-center justify-between py-1 pl-3.5">
        <span className="text-muted">{m.theme}</span>
        <ThemeToggle />
      </div>
      <Button tone="quiet" className="!justify-start" onClick={() => logout.mutate()}>
        {m.logOut}
      </Button>
      {logout.isError && <ErrorNotice title={m.logOutFailed} error={logout.error} />}
    </div>
  );
}
