import { screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { query, SESSION } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer, problem } from "@/test/server";
import { Routes } from "./routes";

class QuietSocket {
  close() {}
}

beforeEach(() => void vi.stubGlobal("WebSocket", QuietSocket));

describe("the chat", () => {
  it("opens a conversation for the first words and gives the preview the focus", async () => {
    const opened = answer("post", "sessions", SESSION);
    const sent = answer("post", "sessions/s1/queries", query());
    answer("get", "sessions/s1/queries", [query()]);
    const { user } = show(<Routes />);
    const composer = await screen.findByRole("textbox", {
      name: "Say what you want, or paste a kubectl command",
    });
    await screen.findByRole("complementary", { name: "Practice cluster" });
    await user.type(composer, "scale web to 5{Enter}");
    const card = await screen.findByRole("article", { name: "Scale Deployment web from 2 to 5 replicas" });
    await waitFor(() => expect(card).toHaveFocus());
    expect(location.pathname).toBe("/chat/s1");
    expect(opened[0]?.body).toMatchObject({ cluster: "c1", namespace: "shop" });
    expect(sent[0]?.body).toEqual({ text: "scale web to 5" });
  });

  it("gives the words back when they could not be sent", async () => {
    answer("post", "sessions", problem("internal", "The database is locked."), 500);
    const { user } = show(<Routes />);
    const composer = await screen.findByRole("textbox");
    await user.type(composer, "get pods{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is locked.");
    expect(screen.getByRole("textbox")).toHaveValue("get pods");
  });

  it("sends attached manifests with the words, and offers to apply them", async () => {
    answer("post", "sessions", SESSION);
    const sent = answer("post", "sessions/s1/queries", query());
    answer("get", "sessions/s1/queries", [query()]);
    const { user } = show(<Routes />);
    await screen.findByRole("complementary", { name: "Practice cluster" });
    const manifest = (name: string) => new File(["kind: Pod"], name, { type: "text/yaml" });
    await user.upload(screen.getByLabelText("Manifests"), [manifest("web.yaml"), manifest("db.yaml")]);
    expect(await screen.findByRole("textbox")).toHaveValue("kubectl apply -f web.yaml -f db.yaml");
    await user.click(screen.getByRole("button", { name: "Remove db.yaml" }));
    await user.type(screen.getByRole("textbox"), "{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toMatchObject({ attachments: [{ name: "web.yaml", text: "kind: Pod" }] });
    expect(screen.queryByRole("list", { name: "Attached files" })).toBeNull();
  });

  it("shows where the words go", async () => {
    show(<Routes />);
    expect(await screen.findByRole("button", { name: /^Cluster ?practice$/ })).toBeVisible();
    expect(screen.getByRole("button", { name: /^namespace ?shop$/ })).toBeVisible();
  });
});
