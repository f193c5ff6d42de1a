import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Query } from "@/api/types";
import { useUi } from "@/lib/ui-store";
import { deletion, MAY_SCALE, query } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer, problem } from "@/test/server";
import { editLine } from "../words";
import { QueryCard } from "./query-card";

const card = (one: Query) => show(<QueryCard query={one} onSay={vi.fn()} />);

describe("a preview", () => {
  it("shows its parts in the order of the anatomy", () => {
    const { container } = card(query({ reasons: [{ id: "r", text: "It can be scaled back." }] }));
    const text = container.textContent ?? "";
    const order = [
      "Scale Deployment web from 2 to 5 replicas",
      "Changes the cluster",
      "kubectl scale deployment web --replicas=5 -n shop",
      "Affects1 Deployment: web in shop",
      "Runs asdana@shop may patch deployments/scale web in shop",
      "NeedsYour approval",
      "UndoScale back to 2",
      "WhyIt can be scaled back.",
      "from the server's dry run",
      "Scale to 5",
      "Void if web changes first.",
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("approves with the hash that it shows", async () => {
    const calls = answer("post", "sessions/s1/queries/q1/approve", query({ state: "succeeded" }));
    const { user } = card(query());
    await user.click(screen.getByRole("button", { name: "Scale to 5" }));
    await waitFor(() => expect(calls).toHaveLength(1));
    expect(calls[0]?.body).toEqual({ hash: "h1" });
    expect(calls[0]?.headers.get("X-KubeChat")).toBe("1");
  });

  it("says why it was not run, with the request id", async () => {
    answer("post", "sessions/s1/queries/q1/approve", problem("voided", "Deployment web changed."), 409);
    const { user } = card(query());
    await user.click(screen.getByRole("button", { name: "Scale to 5" }));
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("It was not run");
    expect(alert).toHaveTextContent("Deployment web changed.");
    expect(alert).toHaveTextContent("Preview again");
    expect(alert).toHaveTextContent("req-1");
  });

  it("offers a new preview instead of the button once expired", () => {
    card(query({ expires_at: "2020-01-01T00:00:00Z" }));
    expect(screen.queryByRole("button", { name: "Scale to 5" })).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Preview again" })).toBeEnabled();
  });

  it("asks for the name of every change where the person wants that, and sends only what the policy asks", async () => {
    useUi.getState().setPreferences({ alwaysConfirm: true });
    const calls = answer("post", "sessions/s1/queries/q1/approve", query({ state: "succeeded" }));
    const { user } = card(query());
    const button = screen.getByRole("button", { name: "Scale to 5" });
    expect(button).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: /Type web to confirm/ }), "web");
    await user.click(button);
    await waitFor(() => expect(calls[0]?.body).toEqual({ hash: "h1" }));
  });

  it("is denied with a reason", async () => {
    const calls = answer("post", "sessions/s1/queries/q1/deny", query({ state: "denied" }));
    const { user } = card(query());
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await user.type(await screen.findByRole("textbox", { name: /Why not/ }), "not today");
    await user.click(screen.getByRole("button", { name: "Don't run it" }));
    await waitFor(() => expect(calls[0]?.body).toEqual({ reason: "not today" }));
  });
});

describe("a dangerous preview", () => {
  it("keeps the button dead until the phrase matches exactly", async () => {
    const calls = answer("post", "sessions/s1/queries/q1/approve", deletion({ state: "succeeded" }));
    const { user } = card(deletion());
    const button = screen.getByRole("button", { name: "Delete web" });
    const input = screen.getByRole("textbox", { name: "Type web to confirm" });
    expect(button).toBeDisabled();
    for (const almost of ["we", "Web", "web ", "webb"]) {
      await user.clear(input);
      await user.type(input, almost);
      expect(button).toBeDisabled();
    }
    await user.clear(input);
    await user.type(input, "web");
    await user.click(button);
    await waitFor(() => expect(calls[0]?.body).toEqual({ hash: "h1", confirm: "web" }));
  });
});

describe("the keyboard", () => {
  it("needs a letter and Enter: Enter on the card alone runs nothing", async () => {
    const calls = answer("post", "sessions/s1/queries/q1/approve", query({ state: "succeeded" }));
    const { user } = card(query());
    screen.getByRole("article").focus();
    await user.keyboard("{Enter}");
    expect(calls).toHaveLength(0);
    await user.keyboard("a");
    expect(screen.getByRole("button", { name: "Scale to 5" })).toHaveFocus();
    expect(calls).toHaveLength(0);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(calls).toHaveLength(1));
  });

  it("goes to the confirmation of what is dangerous", async () => {
    const { user } = card(deletion());
    screen.getByRole("article").focus();
    await user.keyboard("a");
    expect(screen.getByRole("textbox", { name: "Type web to confirm" })).toHaveFocus();
  });
});

describe("an outcome", () => {
  const said: [string, Partial<Query>, RegExp][] = [
    ["executing", {}, /Running: scale deployment web/],
    ["failed", { error: { code: "quota", message: "Exceeded quota." } }, /Exceeded quota\./],
    ["partly_done", {}, /Some of it was done/],
    ["outcome_unknown", {}, /can't say whether this was done/],
    ["voided", {}, /What you approved changed/],
    ["expired", {}, /Nobody approved it in time/],
    ["denied", {}, /Nothing was run/],
    ["refused", { level: "refused", message: "No shell." }, /No shell\./],
    ["answered", { command: null, message: "A pod is small." }, /A pod is small\./],
  ];
  it.each(said)("%s says what happened", (state, change, words) => {
    card(query({ state: state as Query["state"], ...change }));
    expect(screen.getByRole("article")).toHaveTextContent(words);
    expect(screen.queryByRole("button", { name: "Scale to 5" })).not.toBeInTheDocument();
  });

  it("forbidden names verb, resource and namespace", () => {
    card(query({ state: "forbidden", forbidden: [{ ...MAY_SCALE, allowed: false }] }));
    expect(screen.getByRole("article")).toHaveTextContent("may not patch deployments/scale web in shop");
  });

  it("succeeded offers the undo, which makes a new preview", async () => {
    const calls = answer("post", "sessions/s1/queries/q1/undo", query({ query: "q2" }));
    const { user } = card(query({ state: "succeeded" }));
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(calls).toHaveLength(1));
  });

  it("offers no undo where there is none", () => {
    card(query({ state: "succeeded", undo: { available: false, text: "None: the data is gone." } }));
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
    expect(screen.getAllByText("None: the data is gone.").length).toBeGreaterThan(0);
  });

  it("failed changed nothing, so there is nothing to undo", () => {
    card(query({ state: "failed" }));
    expect(screen.queryByRole("button", { name: "Undo" })).not.toBeInTheDocument();
  });

  it("a question sends the choice as the next message", async () => {
    const say = vi.fn();
    const asks = query({ state: "needs_clarification", command: null, choices: ["web", "web-admin"] });
    const { user } = show(<QueryCard query={asks} onSay={say} />);
    await user.click(
      within(screen.getByRole("group", { name: "Choices" })).getByRole("button", { name: "web-admin" }),
    );
    expect(say).toHaveBeenCalledWith("web-admin");
  });

  it("lists each step with its own state", () => {
    const steps = [
      query({ query: "a", state: "succeeded", explanation: "Create Namespace x" }),
      query({
        query: "b",
        state: "previewed",
        explanation: "Create Deployment nginx",
        unconfirmed: "no namespace yet",
      }),
    ];
    card(query({ command: null, steps }));
    const items = within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem");
    expect(items[0]).toHaveTextContent("1. Create Namespace xDone");
    expect(items[1]).toHaveTextContent("Previewed");
    expect(items[1]).toHaveTextContent("Not confirmed by the server: no namespace yet");
  });

  it("edits the object whose YAML it shows", async () => {
    const say = vi.fn();
    const text = "kind: Deployment\nspec:\n  replicas: 2\n  paused: false\n";
    const yaml = query({
      state: "succeeded",
      level: "safe",
      command: "kubectl get deployment web -o yaml -n shop",
      result: { columns: [], rows: [], sections: [], text, truncated: false, verdict: null },
    });
    const { user } = show(<QueryCard query={yaml} onSay={say} />);
    await user.click(await screen.findByRole("button", { name: "Edit" }));
    const area = screen.getByRole("textbox", { name: "The object as YAML" });
    expect(screen.getByRole("button", { name: "Show what would change" })).toBeDisabled();
    await user.type(area, "# more");
    await user.click(screen.getByRole("button", { name: "Show what would change" }));
    expect(say).toHaveBeenCalledWith("kubectl edit deployment web -n shop", [
      { name: "edited", text: `${text}# more` },
    ]);
  });

  it("offers no edit for secrets, for several kinds, or for what is cut", () => {
    const yaml = (command: string, truncated = false) =>
      query({
        state: "succeeded",
        level: "safe",
        command,
        result: { columns: [], rows: [], sections: [], text: "kind: X", truncated, verdict: null },
      });
    const lines = [
      "kubectl get secret db -o yaml",
      "kubectl get pods,svc web -o yaml",
      "kubectl get pods -o yaml",
    ];
    for (const line of lines) expect(editLine(yaml(line))).toBeNull();
    expect(editLine(yaml("kubectl get pod web -o yaml", true))).toBeNull();
    expect(editLine(yaml("kubectl get pod web -o yaml -n shop"))).toBe("kubectl edit pod web -n shop");
  });
});
