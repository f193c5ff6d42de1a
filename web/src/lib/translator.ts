import type { ModelHealth, Models } from "@/api/types";
import { models as m } from "@/messages/models";

export function isDown({ down_seconds }: ModelHealth): boolean {
  return (down_seconds ?? null) !== null;
}

/** When it began to fail; `at` is when the server said for how long. */
export function downSince({ down_seconds }: ModelHealth, at: number): string {
  return new Date(at - (down_seconds ?? 0) * 1000).toISOString();
}

/** The models that are asked by themselves, in their order. */
export function inOrder({ order, models }: Models): ModelHealth[] {
  return order.flatMap((name) => models.find(({ provider }) => provider === name) ?? []);
}

/** Who reads the words, in a few of them. */
export function translator(models: Models): string {
  const first = inOrder(models).find((one) => !isDown(one)) ?? inOrder(models)[0];
  return first ? m.builtInThen(first.model) : m.builtIn;
}
