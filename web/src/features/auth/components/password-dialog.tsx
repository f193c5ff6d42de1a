import { Dialog } from "@/components/dialog";
import { PasswordForm } from "./password-form";

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Set a password" onClose={onClose}>
      <PasswordForm onDone={onClose} onLater={onClose} />
    </Dialog>
  );
}
