import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { useUi } from "@/lib/ui-store";
import { CLUSTER } from "@/test/fixtures";
import { answer, problem } from "@/test/server";
import { App } from "./app";

class QuietSocket {
  close() {}
}

beforeEach(() => void vi.stubGlobal("WebSocket", QuietSocket));

it("leads to the login and back to where the person was", async () => {
  history.replaceState(null, "", "/audit?level=dangerous");
  const denied = problem("unauthenticated", "Log in first.");
  for (const path of [
    "auth/me",
    "clusters",
    "sessions",
    "audit/events",
    "audit/checkpoint",
    "audit/public-key",
  ]) {
    answer("get", path, denied, 401);
  }
  render(<App />);
  expect(await screen.findByRole("heading", { name: "Log in" })).toBeVisible();
  expect(location.pathname).toBe("/login");
  expect(new URLSearchParams(location.search).get("next")).toBe("/audit?level=dangerous");
});

it("puts an example of the help page into the composer, and single keys can be switched off", async () => {
  history.replaceState(null, "", "/help");
  const user = userEvent.setup();
  render(<App />);
  await user.click(await screen.findByRole("button", { name: "scale web to 5" }));
  const composer = await screen.findByRole("textbox");
  expect(composer).toHaveValue("scale web to 5");

  composer.blur();
  await user.keyboard("/");
  expect(composer).toHaveFocus();
  composer.blur();
  useUi.getState().setSingleKeys(false);
  await waitFor(() => expect(screen.queryByText("N")).not.toBeInTheDocument());
  await user.keyboard("/");
  expect(composer).not.toHaveFocus();
});

it("keeps the place of the strip from the first moment, and says there what kind of cluster it is", async () => {
  history.replaceState(null, "", "/help");
  answer("get", "clusters", [{ ...CLUSTER, practice: false }]);
  const { unmount } = render(<App />);
  expect(document.querySelector(".cluster-strip")).toBeEmptyDOMElement();
  expect(await screen.findByRole("complementary", { name: "Cluster" })).toHaveTextContent(
    /is a real cluster/,
  );
  unmount();

  // Known from then on: no place is kept.
  render(<App />);
  expect(document.querySelector(".cluster-strip")).toBeNull();
});
