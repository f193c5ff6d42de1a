import { act, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import type { Kind, View } from "@/api/types";
import { views } from "@/lib/live-views";
import { CLUSTER, WEB } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer } from "@/test/server";
import MonitorPage from "./monitor-page";

const DEPLOYMENTS: Kind = {
  group: "apps",
  version: "v1",
  resource: "deployments",
  kind: "Deployment",
  short_names: ["deploy"],
  namespaced: true,
};

interface Watch {
  type: string;
  payload: { id: string; scene: string; lines?: string[] };
}

/** What the page has asked to see, the newest last. */
let sent: Watch[];

beforeEach(() => {
  sent = [];
  answer("get", `clusters/${CLUSTER.id}/kinds`, [DEPLOYMENTS]);
  views.connect((message) => sent.push(message as Watch));
});

function tell(change: object): void {
  const id = sent.findLast(({ type }) => type === "watch")?.payload.id;
  act(() => void views.receive({ view: id, change }));
}

const view = (change: Partial<View>): View => ({
  view: "v",
  runs_as: "dana",
  answers: [],
  survey: null,
  graph: null,
  unknown: [],
  audit: 7,
  read_at: new Date().toISOString(),
  ...change,
});

describe("the monitor", () => {
  it("says what needs attention, and leads to the object", async () => {
    history.replaceState(null, "", "/monitor");
    show(<MonitorPage />);
    await screen.findByText("Looking");
    await expect.poll(() => sent.length).toBeGreaterThan(0);
    const finding = {
      id: "out-of-memory",
      serious: true,
      object: WEB,
      title: "web is out of memory",
      text: "Its pod was killed at the limit of 128Mi.",
      next: [{ label: "Describe it", line: "kubectl describe deployments web -n shop" }],
    };
    const tally = { good: 1, all: 2 };
    tell({
      told: "view",
      ...view({ survey: { nodes: tally, pods: tally, workloads: tally, findings: [finding] } }),
    });
    expect(screen.getByRole("heading", { name: "1 thing needs attention" })).toBeVisible();
    expect(screen.getByRole("link", { name: "web is out of memory" })).toHaveAttribute(
      "href",
      "/monitor/objects/deployments.apps/shop/web?kind=Deployment",
    );
    expect(screen.getByRole("button", { name: "Describe it" })).toBeVisible();
  });

  it("lists a kind, takes changes in, and opens a row", async () => {
    history.replaceState(null, "", "/monitor/kinds/deployments.apps");
    const { user } = show(<MonitorPage />);
    await expect.poll(() => sent.at(-1)?.payload.lines).toEqual(["kubectl get deployments.apps -n shop -w"]);
    const rows = (ready: string) => [{ cells: ["web", ready], object: WEB }];
    const change = { told: "rows", line: 0, columns: ["NAME", "READY"], gone: [] };
    tell({ ...change, rows: rows("1/2") });
    expect(await screen.findByText("1/2")).toBeVisible();
    tell({ ...change, rows: rows("2/2") });
    expect(screen.getByText("2/2")).toBeVisible();
    expect(screen.getAllByRole("row")).toHaveLength(2);
    await user.click(screen.getByRole("button", { name: "web" }));
    expect(location.pathname).toBe("/monitor/objects/deployments.apps/shop/web");
  });

  it("says when a list is not whole, and asks the cluster for less", async () => {
    history.replaceState(null, "", "/monitor/kinds/deployments.apps?all");
    const { user } = show(<MonitorPage />);
    await expect.poll(() => sent.at(-1)?.payload.lines).toEqual(["kubectl get deployments.apps -A -w"]);
    const rows = [{ cells: ["web"], object: WEB }];
    const change = { told: "rows", line: 0, columns: ["NAME"], rows, gone: [] };
    tell(change);
    expect(screen.queryByRole("searchbox", { name: "Label selector" })).toBeNull();
    tell({ ...change, cut: { of: 31_412 } });
    expect(screen.getByText(/^1 of 31,412 are here/)).toBeVisible();
    await user.type(screen.getByRole("searchbox", { name: "Label selector" }), "app=web{Enter}");
    await expect
      .poll(() => sent.at(-1)?.payload.lines)
      .toEqual(["kubectl get deployments.apps -A -l 'app=web' -w"]);
    expect(location.search).toBe("?all&labels=app%3Dweb");
    tell(change);
    expect(screen.getByText("Only those labelled app=web.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show all" }));
    expect(location.search).toBe("?all");
  });

  it("says what is not there, and why something can't be shown", async () => {
    history.replaceState(null, "", "/monitor/kinds/deployments.apps?all");
    show(<MonitorPage />);
    await expect.poll(() => sent.at(-1)?.payload.lines).toEqual(["kubectl get deployments.apps -A -w"]);
    tell({ told: "rows", line: 0, columns: ["NAME"], rows: [], gone: [] });
    expect(await screen.findByText(/There are no deployments here/)).toBeVisible();
    const id = sent.at(-1)?.payload.id;
    act(() => void views.receive({ view: id, code: "forbidden", message: "You may not list deployments." }));
    expect(screen.getByRole("alert")).toHaveTextContent("You may not list deployments.");
  });
});
