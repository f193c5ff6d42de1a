import { expect, it } from "vitest";
import type { ModelHealth, Models } from "@/api/types";
import { MODEL, NO_MODELS } from "@/test/fixtures";
import { translator } from "./translator";

const model = (provider: string, down_since: string | null = null): ModelHealth => ({
  ...MODEL,
  provider,
  model: `${provider}:7b`,
  down_since,
});

const models = (...list: ModelHealth[]): Models => ({
  ...NO_MODELS,
  order: list.map(({ provider }) => provider),
  models: list,
});

it("names the first model that answers", () => {
  const since = "2026-01-01T10:00:00Z";
  expect(translator(models())).toBe("Built in");
  expect(translator(models(model("a"), model("b")))).toBe("Built in, then a:7b");
  expect(translator(models(model("a", since), model("b")))).toBe("Built in, then b:7b");
  expect(translator(models(model("a", since)))).toBe("Built in, then a:7b");
});
