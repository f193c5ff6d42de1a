import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import { auth as m } from "@/messages/auth";
import { useLogin } from "../api/login";

export function LoginForm({ onDone }: { onDone: () => void }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const login = useLogin(onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ username, password });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={m.user}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <Field
        label={m.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {login.isError && <ErrorNotice title={m.loginFailed} error={login.error} />}
      <Button type="submit" tone="primary" disabled={login.isPending}>
        {login.isPending ? m.loggingIn : m.logIn}
      </Button>
    </form>
  );
}
