import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { auth as m } from "@/messages/auth";
import { useSetPassword } from "../api/set-password";

interface Props {
  onDone: () => void;
  onLater: () => void;
}

export function PasswordForm({ onDone, onLater }: Props) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const save = useSetPassword(onDone);
  const differs = again !== "" && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password === again) save.mutate(password);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={m.newPassword}
        type="password"
        autoComplete="new-password"
        hint={m.passwordHint}
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Field
        label={m.passwordAgain}
        type="password"
        autoComplete="new-password"
        required
        value={again}
        onChange={(event) => setAgain(event.target.value)}
      />
      {differs && (
        <p role="status" className="text-bad">
          {m.passwordsDiffer}
        </p>
      )}
      {save.isError && <ErrorNotice title={m.passwordFailed} error={save.error} />}
      <div className="flex gap-2">
        <Button
          type="submit"
          tone="primary"
          disabled={save.isPending || password === "" || password !== again}
        >
          {m.setPassword}
        </Button>
        <Button onClick={onLater}>{m.later}</Button>
      </div>
    </form>
  );
}
