import type { ModelHealth, Models } from "@/api/types";
import { models as m } from "@/messages/models";

export function isDown({ down_since }: ModelHealth): boolean {
  return Boolean(down_since);
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
