import { expect, it } from "vitest";
import type { ModelHealth, Models } from "@/api/types";
import { downSince, translator } from "./translator";

const model = (provider: string, down_seconds: number | null): ModelHealth => ({
  provider,
  model: `${provider}:7b`,
  endpoint: "http://127.0.0.1:1",
  breaker: "closed",
  down_seconds,
  answers: 0,
  failures: 0,
  input: 0,
  output: 0,
  money: 0,
});

const models = (...list: ModelHealth[]): Models => ({
  airgap: false,
  order: list.map(({ provider }) => provider),
  models: list,
  usage: [],
});

it("names the first model that answers", () => {
  expect(translator(models())).toBe("Built in");
  expect(translator(models(model("a", null), model("b", null)))).toBe("Built in, then a:7b");
  expect(translator(models(model("a", 5), model("b", null)))).toBe("Built in, then b:7b");
  expect(translator(models(model("a", 5)))).toBe("Built in, then a:7b");
});

it("counts back from when the server said so", () => {
  expect(downSince(model("a", 60), Date.parse("2026-01-01T10:01:00Z"))).toBe("2026-01-01T10:00:00.000Z");
});
