import type { ModelProvider, ModelsSection } from "@/api/types";

/** What somebody is about to make of the models: the section as they want it, and keys that they typed. */
export interface ModelDraft {
  section: ModelsSection;
  /** By provider; `null` takes the key away. */
  keys: Record<string, string | null>;
}

/** One value that is not as it was. */
export interface FieldChange {
  /** `sure`, `provider.local.endpoint`. */
  field: string;
  before: unknown;
  after: unknown;
}

/** A provider as the server would make it of nothing but what it must have. */
export const NEW_PROVIDER: ModelProvider = {
  kind: "ollama",
  endpoint: "",
  model: "",
  key_file: null,
  ca_file: null,
  proxy: null,
  api_version: null,
  answer: "schema",
  limit_field: "max_tokens",
  temperature: null,
  max_tokens: 1024,
  context_tokens: 8192,
  timeout_seconds: 60,
  silence_seconds: 20,
  price_input: 0,
  price_output: 0,
};

type Fields = Map<string, unknown>;

function flatten(value: unknown, path: string[], into: Fields): Fields {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    for (const [key, below] of Object.entries(value)) flatten(below, [...path, key], into);
  } else {
    into.set(path.join("."), value ?? null);
  }
  return into;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** Everything that is not as it was, each provider's fields together. */
export function changes(before: ModelsSection, draft: ModelDraft): FieldChange[] {
  const was = flatten(before, [], new Map());
  for (const name of Object.keys(draft.section.provider)) {
    // Of a new one only what differs from what it would be anyway.
    if (name in before.provider) continue;
    const { kind: _kind, endpoint: _endpoint, model: _model, ...usual } = NEW_PROVIDER;
    flatten(usual, ["provider", name], was);
  }
  const is = flatten(draft.section, [], new Map());
  const fields = [...new Set([...was.keys(), ...is.keys()])].filter(
    (field) => !same(was.get(field), is.get(field)),
  );
  return fields.map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }));
}

/** Moves a provider one place up or down in the order. */
export function moved(order: string[], name: string, by: -1 | 1): string[] {
  const from = order.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return order;
  const without = order.filter((one) => one !== name);
  return [...without.slice(0, to), name, ...without.slice(to)];
}

/** The same draft with this provider, asked by itself or only by name. */
export function withProvider(
  { section, keys }: ModelDraft,
  name: string,
  provider: ModelProvider,
  asked: boolean,
  key: string | null | undefined,
): ModelDraft {
  const { order } = section;
  const stays = asked === order.includes(name);
  const { [name]: _before, ...others } = keys;
  return {
    section: {
      ...section,
      provider: { ...section.provider, [name]: provider },
      order: stays ? order : asked ? [...order, name] : order.filter((one) => one !== name),
    },
    keys: key === undefined ? others : { ...others, [name]: key },
  };
}

/** The same draft without this provider. */
export function withoutProvider({ section, keys }: ModelDraft, name: string): ModelDraft {
  const { [name]: _gone, ...provider } = section.provider;
  const { [name]: _key, ...others } = keys;
  return {
    section: { ...section, provider, order: section.order.filter((one) => one !== name) },
    keys: others,
  };
}

/** What was typed, on what somebody else has made meanwhile: where both changed something, what was typed stays. */
export function onto(fresh: ModelsSection, base: ModelsSection, draft: ModelDraft): ModelDraft {
  return { section: merge(fresh, base, draft.section) as ModelsSection, keys: draft.keys };
}

function merge(fresh: unknown, base: unknown, typed: unknown): unknown {
  if (same(base, typed)) return fresh;
  // What they took away and somebody works on here stays.
  if (!isFields(typed) || !isFields(fresh)) return typed;
  const [theirs, was] = [fresh, isFields(base) ? base : {}];
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(typed)])) {
    if (!(key in typed) && key in was) continue;
    if (!(key in theirs) && key in was && same(was[key], typed[key])) continue;
    merged[key] = key in typed ? merge(theirs[key], was[key], typed[key]) : theirs[key];
  }
  return merged;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
