import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { ME } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer, problem } from "@/test/server";
import LoginPage from "./login-page";

it("spends the one-time code once, hides it, and offers a password", async () => {
  history.replaceState(null, "", "/login?code=abc");
  const calls = answer("post", "auth/one-time", { ...ME, password_set: false });
  const saved = answer("post", "auth/password", ME);
  const { user } = show(<LoginPage />);
  expect(await screen.findByRole("heading", { name: "Set a password for dana" })).toBeVisible();
  expect(calls.map(({ body }) => body)).toEqual([{ code: "abc" }]);
  expect(location.search).toBe("");

  await user.type(screen.getByLabelText("New password"), "a long sentence");
  await user.type(screen.getByLabelText("New password again"), "another sentence");
  expect(screen.getByRole("button", { name: "Set password" })).toBeDisabled();
  await user.clear(screen.getByLabelText("New password again"));
  await user.type(screen.getByLabelText("New password again"), "a long sentence");
  await user.click(screen.getByRole("button", { name: "Set password" }));
  await waitFor(() => expect(saved[0]?.body).toEqual({ password: "a long sentence" }));
  await waitFor(() => expect(location.pathname).toBe("/chat"));
});

it("says why a code was not accepted and offers the password instead", async () => {
  history.replaceState(null, "", "/login?code=old");
  answer("post", "auth/one-time", problem("bad_code", "The code was used before."), 401);
  show(<LoginPage />);
  expect(await screen.findByRole("alert")).toHaveTextContent("The code was used before.");
  expect(screen.getByRole("button", { name: "Log in" })).toBeVisible();
});

it("goes where the person was, and never to another host", async () => {
  answer("post", "auth/login", ME);
  for (const [next, expected] of [
    ["/audit?level=dangerous", "/audit"],
    ["//evil.example", "/chat"],
    ["https://evil.example", "/chat"],
  ]) {
    history.replaceState(null, "", `/login?next=${encodeURIComponent(next ?? "")}`);
    const { user, unmount } = show(<LoginPage />);
    await user.type(screen.getByLabelText("User"), "dana");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    await waitFor(() => expect(location.pathname).toBe(expected));
    unmount();
  }
});
