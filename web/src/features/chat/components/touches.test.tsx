import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Impact } from "@/api/types";
import { MAY_SCALE, query, WEB } from "@/test/fixtures";
import { show } from "@/test/render";
import { QueryCard } from "./query-card";

const IMPACT: Impact = {
  objects: 1,
  pods: [{ object: WEB, fate: "stop", count: 1, text: "1 pod of Deployment web stops." }],
  services: [
    {
      namespace: "shop",
      name: "web",
      ready: 2,
      left: 0,
      comes_back: false,
      text: "Service web loses all 2 ready endpoints.",
    },
  ],
  budgets: [],
  volumes: [],
  along: [
    { resource: "pods", kind: "Pod", namespace: "shop", count: 2, names: ["a", "b"], text: "2 Pod (a, b)" },
  ],
  reverts: [
    { id: "autoscaler-reverts", object: WEB, text: "The autoscaler sets its own number." },
    { id: "autoscaler-reverts", object: WEB, text: "The autoscaler sets its own number." },
  ],
  unknown: ["You may not see poddisruptionbudgets in shop."],
};

describe("what a change touches", () => {
  it("is listed once, the most serious first, with what is not known", () => {
    show(<QueryCard query={query({ impact: IMPACT })} onSay={vi.fn()} />);
    const lines = within(screen.getByRole("list", { name: "What it touches" })).getAllByRole("listitem");
    expect(lines.map((line) => line.textContent)).toEqual([
      "Service web loses all 2 ready endpoints.",
      "1 pod of Deployment web stops.",
      "Deleted along: 2 Pod (a, b).",
      "The autoscaler sets its own number.",
      "Not known: You may not see poddisruptionbudgets in shop.",
    ]);
  });

  it("is not said again where a reason says it", () => {
    const text = "The autoscaler sets its own number.";
    const one = query({ impact: IMPACT, reasons: [{ id: "autoscaler-reverts", text }] });
    show(<QueryCard query={one} onSay={vi.fn()} />);
    expect(screen.getAllByText(text)).toHaveLength(1);
  });

  it("is left out where there is nothing to say", () => {
    show(<QueryCard query={query()} onSay={vi.fn()} />);
    expect(screen.queryByRole("list", { name: "What it touches" })).not.toBeInTheDocument();
  });

  it("a missing right says what gives it and who has it", () => {
    const grant = {
      rule: "A Role in shop gives it.",
      roles: ["Role scaler"],
      holders: ["Group ops"],
    };
    const forbidden = [{ ...MAY_SCALE, allowed: false, grant }];
    show(<QueryCard query={query({ state: "forbidden", forbidden })} onSay={vi.fn()} />);
    const card = screen.getByRole("article");
    expect(card).toHaveTextContent("A Role in shop gives it.");
    expect(card).toHaveTextContent("Role scaler");
    expect(card).toHaveTextContent("Group ops");
  });
});
