import { Dialog } from "@/components/dialog";
import { auth as m } from "@/messages/auth";
import { PasswordForm } from "./password-form";

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={m.setAPassword} onClose={onClose}>
      <PasswordForm onDone={onClose} onLater={onClose} />
    </Dialog>
  );
}
