import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ModelHealth, Models } from "@/api/types";
import { show } from "@/test/render";
import { answer } from "@/test/server";
import { ModelsPart } from "./models-part";

const model = (change: Partial<ModelHealth>): ModelHealth => ({
  provider: "local",
  model: "qwen",
  endpoint: "http://127.0.0.1:11434",
  breaker: "closed",
  down_seconds: null,
  error: null,
  answers: 3,
  failures: 1,
  input: 1200,
  output: 80,
  money: 0.25,
  milliseconds: 900,
  ...change,
});

const MODELS: Models = {
  airgap: true,
  order: ["second", "local"],
  models: [
    model({}),
    model({
      provider: "second",
      breaker: "open",
      down_seconds: 60,
      error: "Connection refused.",
      answers: 0,
    }),
    model({ provider: "third", answers: 0 }),
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
  expect(next).toHaveTextContent("3, and 1 failure");
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
