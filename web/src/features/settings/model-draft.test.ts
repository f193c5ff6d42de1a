import { expect, it } from "vitest";
import { MODELS_SETTINGS } from "@/test/fixtures";
import { changes, moved, NEW_PROVIDER, onto, withoutProvider, withProvider } from "./model-draft";

const { settings } = MODELS_SETTINGS;
const untouched = { section: settings, keys: {} };
const fresh = { ...NEW_PROVIDER, endpoint: "http://10.0.0.1", model: "m" };

it("names what is not as it was, and of a new provider only what is its own", () => {
  expect(changes(settings, untouched)).toEqual([]);
  const added = withProvider(untouched, "new", { ...fresh, max_tokens: 9 }, true, undefined);
  const after = Object.fromEntries(changes(settings, added).map((change) => [change.field, change.after]));
  expect(after).toEqual({
    order: ["local", "second", "new"],
    "provider.new.kind": "ollama",
    "provider.new.endpoint": "http://10.0.0.1",
    "provider.new.model": "m",
    "provider.new.max_tokens": 9,
  });
  const fields = changes(settings, withoutProvider(untouched, "second")).map(({ field }) => field);
  expect(fields).toContain("provider.second.endpoint");
  expect(fields).toContain("order");
  expect(fields).not.toContain("provider.local.endpoint");
});

it("moves a provider within the order, and not past its ends", () => {
  expect(moved(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b"], "a", -1)).toEqual(["a", "b"]);
  expect(moved(["a", "b"], "x", 1)).toEqual(["a", "b"]);
});

it("puts what was typed onto what somebody else made meanwhile", () => {
  const local = settings.provider.local ?? fresh;
  const typed = withProvider({ section: { ...settings, sure: 0.5 }, keys: {} }, "mine", fresh, false, "k");
  const theirs = {
    ...settings,
    attempts: 5,
    order: ["second"],
    provider: { ...settings.provider, local: { ...local, model: "other" }, yours: fresh },
  };
  const { section, keys } = onto(theirs, settings, typed);
  expect(section).toMatchObject({ sure: 0.5, attempts: 5, order: ["second"] });
  expect(Object.keys(section.provider).sort()).toEqual(["local", "mine", "second", "yours"]);
  expect(section.provider.local?.model).toBe("other");
  expect(keys).toEqual({ mine: "k" });
  const gone = onto(theirs, settings, withoutProvider(untouched, "second"));
  expect(Object.keys(gone.section.provider).sort()).toEqual(["local", "yours"]);
});
