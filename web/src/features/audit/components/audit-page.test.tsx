import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import type { AuditEvent } from "@/api/types";
import { show } from "@/test/render";
import { answer, problem } from "@/test/server";
import AuditPage from "./audit-page";

function event(index: number, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    index,
    time: "2026-01-01T10:00:00.000Z",
    kind: "query.outcome",
    user: "dana",
    session: "s1",
    query: "q1",
    cluster: "c1",
    namespace: "shop",
    command: "kubectl scale deployment web --replicas=5",
    level: "warning",
    outcome: "succeeded",
    data: { state: "succeeded" },
    ...change,
  };
}

beforeEach(() => {
  history.replaceState(null, "", "/audit");
  answer("get", "audit/checkpoint", { size: 60, root: "cm9vdA==", note: "" });
  answer("get", "audit/public-key", { key: "log+00000000+AA==" });
});

describe("the audit page", () => {
  it("lists records and loads older ones from where it stands", async () => {
    const newest = Array.from({ length: 50 }, (_, i) => event(59 - i));
    const calls = answer("get", "audit/events", { events: newest, size: 60 });
    const { user } = show(<AuditPage />);
    expect(await screen.findByRole("button", { name: "Record 59" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Load older" }));
    await waitFor(() => expect(calls).toHaveLength(2));
    expect(calls.map(({ url }) => url.searchParams.get("before"))).toEqual([null, "10"]);
  });

  it("keeps its filters in the address and sends them", async () => {
    const calls = answer("get", "audit/events", { events: [event(3)], size: 60 });
    const { user } = show(<AuditPage />);
    await screen.findByRole("button", { name: "Record 3" });
    await user.type(screen.getByRole("textbox", { name: "User" }), "dana{Enter}");
    await user.selectOptions(screen.getByRole("combobox", { name: "Level" }), "dangerous");
    await waitFor(() => expect(location.search).toBe("?user=dana&level=dangerous"));
    await waitFor(() => expect(calls.at(-1)?.url.searchParams.get("level")).toBe("dangerous"));
    expect(calls.at(-1)?.url.searchParams.get("user")).toBe("dana");
  });

  it("says what to do when nothing fits", async () => {
    history.replaceState(null, "", "/audit?user=nobody");
    answer("get", "audit/events", { events: [], size: 60 });
    const { user } = show(<AuditPage />);
    await user.click(await screen.findByRole("button", { name: "Clear the filters" }));
    await waitFor(() => expect(location.search).toBe(""));
  });

  it("shows a record that the list does not hold", async () => {
    history.replaceState(null, "", "/audit?record=7");
    answer("get", "audit/events", { events: [event(7, { user: "lee" })], size: 60 });
    show(<AuditPage />);
    const panel = await screen.findByRole("region", { name: "Record 7" });
    expect(await within(panel).findByText("lee")).toBeVisible();
  });

  it("says what the server found in the whole log", async () => {
    answer("get", "audit/events", { events: [event(3)], size: 60 });
    answer("post", "audit/verify", {
      ok: false,
      size: null,
      root: null,
      message: "Record 12 was changed.",
      first_bad: 12,
    });
    const { user } = show(<AuditPage />);
    await user.click(await screen.findByRole("button", { name: "Verify the whole log" }));
    expect(
      await screen.findByText(/The log is damaged\. Record 12 was changed\. The first bad record is #12\./),
    ).toBeVisible();
  });

  it("warns when the log shrank since this browser last looked", async () => {
    localStorage.setItem(
      "kubechat.audit.seen",
      JSON.stringify({ size: 99, root: "x", key: "log+00000000+AA==" }),
    );
    answer("get", "audit/events", { events: [event(3)], size: 60 });
    show(<AuditPage />);
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "this browser has seen 99 records, the server now shows 60",
    );
  });

  it("gives the request id when the records can't be read", async () => {
    answer("get", "audit/events", problem("audit", "The log can't be read."), 503);
    show(<AuditPage />);
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The log can't be read.");
    expect(alert).toHaveTextContent("req-1");
  });
});
