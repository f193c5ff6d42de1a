import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ModelHealth, Models } from "@/api/types";
import { MODEL, NO_MODELS } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer } from "@/test/server";
import { ModelsPart } from "./models-part";

const model = (change: Partial<ModelHealth>): ModelHealth => ({ ...MODEL, ...change });

const MODELS: Models = {
  ...NO_MODELS,
  tokens_today: 2000,
  airgap: true,
  order: ["second", "local"],
  models: [
    model({}),
    model({
      provider: "second",
      breaker: "open",
      down_since: "2026-01-01T10:00:00Z",
      error: "Connection refused.",
      answers: 0,
    }),
    model({ provider: "third", in_order: false, answers: 0 }),
  ],
  usage: [
    {
      day: new Date().toISOString().slice(0, 10),
      user_name: "dana",
      provider: "local",
      answers: 3,
      input: 1200,
      output: 800,
      money: 0.25,
    },
    { day: "2026-01-01", user_name: "lee", provider: "local", answers: 9, input: 1, output: 1, money: 0 },
  ],
  tokens_per_day: 4000,
  money_per_day: null,
};

it("lists who is asked in order, how each does and since when one is down", async () => {
  answer("get", "models", MODELS);
  show(<ModelsPart />);
  const asked = await screen.findByRole("region", { name: "Who is asked" });
  const [first, next, last] = within(asked).getAllByRole("region");
  expect(first).toHaveTextContent("1.second");
  expect(first).toHaveTextContent("Left out");
  expect(first).toHaveTextContent("Down since");
  expect(first).toHaveTextContent("Connection refused.");
  expect(first?.querySelector("time")).not.toBeNull();
  expect(next).toHaveTextContent("2.local");
  expect(next).toHaveTextContent("answered 3, no answer in time 1");
  expect(next).toHaveTextContent("1,200 tokens read, 80 written, 0.25");
  expect(last).toHaveTextContent("only by name");
  expect(last).toHaveTextContent("Not asked yet");
  expect(screen.getByText(/Only private addresses are allowed/)).toBeVisible();
});

it("says how much of today's budget is used, by this person alone", async () => {
  answer("get", "models", MODELS);
  show(<ModelsPart />);
  expect(await screen.findByText("2,000 of 4,000 tokens")).toBeVisible();
  expect(screen.getByRole("meter", { name: "Tokens" })).toHaveAttribute("aria-valuenow", "50");
  expect(await screen.findByText("lee")).toBeVisible();
});

it("says what to do where there is no model", async () => {
  show(<ModelsPart />);
  expect(await screen.findByText("No language model is configured")).toBeVisible();
});

it("says when the budget is used up, and when the next begins", async () => {
  answer("get", "models", {
    ...MODELS,
    tokens_today: 5000,
    over_budget: "Your budget for today is used up.",
  });
  show(<ModelsPart />);
  expect(await screen.findByText("Your budget for today is used up.")).toBeVisible();
  expect(screen.getByText(/^A new one begins/)?.querySelector("time")).not.toBeNull();
});

it("lists what a server has, once an administrator asks for it", async () => {
  answer("get", "models", MODELS);
  const calls = answer("get", "models/local/served", [
    { name: "qwen2.5-coder:7b", size: 4_700_000_000, parameters: "7B", quantization: "Q4_K_M" },
  ]);
  const { user } = show(<ModelsPart />);
  const local = within(await screen.findByRole("region", { name: "local" }));
  expect(calls).toHaveLength(0);
  await user.click(local.getByText("What this server has"));
  expect(await local.findByText("qwen2.5-coder:7b")).toBeInTheDocument();
  expect(local.getByText("4.7 GB, 7B, Q4_K_M")).toBeInTheDocument();
});
