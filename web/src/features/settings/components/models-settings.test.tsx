import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ModelsSettings } from "@/api/types";
import { ME, MODELS_SETTINGS } from "@/test/fixtures";
import { show } from "@/test/render";
import { answer, problem } from "@/test/server";
import { ModelsPart } from "./models-part";

const rows = () => within(screen.getByRole("list", { name: "Providers" })).getAllByRole("listitem");
const names = () => rows().map((row) => row.dataset.provider);

async function opened(kept: ModelsSettings = MODELS_SETTINGS) {
  answer("get", "models/settings", kept);
  const { user } = show(<ModelsPart />);
  await screen.findByRole("list", { name: "Providers" });
  const press = (name: string) => user.click(screen.getByRole("button", { name }));
  const review = async () => {
    await press("Review and save");
    return within(screen.getByRole("dialog", { name: "What would change" }));
  };
  return { user, press, review };
}

it("shows what would change, and saves nothing else", async () => {
  const calls = answer("put", "models/settings", { ...MODELS_SETTINGS, version: "sha256:2" });
  const { user, press, review } = await opened();
  expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
  await press("Ask second earlier");
  expect(names()).toEqual(["second", "local"]);
  await press("Edit local");
  const dialog = within(screen.getByRole("dialog", { name: "Edit local" }));
  await user.clear(dialog.getByLabelText("Model"));
  await user.type(dialog.getByLabelText("Model"), "bigger");
  await user.type(dialog.getByLabelText("Key"), "s3cret");
  await user.click(dialog.getByRole("button", { name: "Done" }));
  expect(screen.getByText("3 changes are not saved")).toBeVisible();
  const change = await review();
  expect(change.getByRole("row", { name: "provider.local.model qwen bigger" })).toBeVisible();
  expect(change.getByRole("row", { name: "order local, second second, local" })).toBeVisible();
  expect(change.getByRole("row", { name: "provider.local.key a new key" })).toBeVisible();
  expect(calls).toHaveLength(0);
  await user.click(change.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved; it holds from now on.")).toBeVisible();
  const { settings } = MODELS_SETTINGS;
  const local = { ...settings.provider.local, model: "bigger" };
  expect(calls[0]?.body).toEqual({
    version: "sha256:1",
    settings: { ...settings, order: ["second", "local"], provider: { ...settings.provider, local } },
    keys: { local: "s3cret" },
  });
});

it("adds a provider and takes one away", async () => {
  const calls = answer("put", "models/settings", MODELS_SETTINGS);
  const { user, press, review } = await opened();
  await press("Remove second");
  await press("Add a provider");
  const dialog = within(screen.getByRole("dialog", { name: "Add a provider" }));
  await user.type(dialog.getByLabelText("Name"), "local");
  expect(dialog.getByText("There is a provider local already.")).toBeVisible();
  await user.type(dialog.getByLabelText("Name"), "-2");
  await user.type(dialog.getByLabelText("Address"), "http://10.0.0.1");
  await user.type(dialog.getByLabelText("Model"), "m");
  await user.click(dialog.getByRole("button", { name: "Done" }));
  expect(names()).toEqual(["local", "local-2"]);
  await user.click((await review()).getByRole("button", { name: "Save" }));
  await screen.findByText("Saved; it holds from now on.");
  expect(calls[0]?.body).toMatchObject({ settings: { order: ["local", "local-2"] } });
});

it("says what is wrong beside its field", async () => {
  const wrong = problem("configuration_wrong", "Nothing was saved.");
  const fields = [
    { field: "provider.local.endpoint", message: "The endpoint is outside." },
    { field: "sure", message: "It is a share from 0 to 1." },
  ];
  answer("put", "models/settings", { error: { ...wrong.error, details: { fields } } }, 422);
  const { user, press, review } = await opened();
  await press("Ask local later");
  await user.click((await review()).getByRole("button", { name: "Save" }));
  expect(await screen.findByText("It was not saved")).toBeVisible();
  expect(rows().find((row) => row.dataset.provider === "local")).toHaveTextContent(
    "The endpoint is outside.",
  );
  expect(screen.getByLabelText(/^How sure/)).toHaveAccessibleDescription(/It is a share from 0 to 1\.$/);
  await press("Edit local");
  const address = within(screen.getByRole("dialog")).getByLabelText("Address");
  expect(address).toBeInvalid();
  expect(address).toHaveAccessibleDescription("The endpoint is outside.");
});

it("keeps what was typed when somebody else was faster, and offers to load again", async () => {
  answer("put", "models/settings", problem("configuration_changed", "Somebody was faster."), 409);
  const { user, press, review } = await opened();
  await press("Ask second earlier");
  await user.click((await review()).getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Somebody was faster.")).toBeVisible();
  expect(names()).toEqual(["second", "local"]);
  const { settings } = MODELS_SETTINGS;
  answer("get", "models/settings", {
    ...MODELS_SETTINGS,
    version: "sha256:9",
    settings: { ...settings, attempts: 7 },
  });
  await press("Load again");
  const change = await review();
  expect(change.getAllByRole("row")).toHaveLength(2);
  const calls = answer("put", "models/settings", MODELS_SETTINGS);
  await user.click(change.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved; it holds from now on.");
  expect(calls[0]?.body).toMatchObject({
    version: "sha256:9",
    settings: { attempts: 7, order: ["second", "local"] },
  });
});

it("leaves to the environment what it decides, and to the chart a file that can't be written", async () => {
  await opened();
  expect(screen.getByLabelText(/^Only private addresses/)).toBeDisabled();
  expect(screen.getByText(/Set by KUBECHAT__MODELS__AIRGAP of the environment/)).toBeVisible();
});

it("changes nothing where the file can't be written", async () => {
  await opened({ ...MODELS_SETTINGS, read_only: "Change the values of the chart." });
  expect(screen.getByText(/Change the values of the chart/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Add a provider" })).toBeDisabled();
});

it("is for administrators alone", async () => {
  answer("get", "auth/me", { ...ME, admin: false });
  const calls = answer("get", "models/settings", MODELS_SETTINGS);
  show(<ModelsPart />);
  await screen.findByText("No language model is configured");
  expect(screen.queryByText("Configuration")).toBeNull();
  expect(calls).toHaveLength(0);
});
