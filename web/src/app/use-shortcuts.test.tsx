import { waitFor } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { useUi } from "@/lib/ui-store";
import { show } from "@/test/render";
import { useShortcuts } from "./use-shortcuts";

function Page() {
  useShortcuts();
  return <input aria-label="field" />;
}

beforeEach(() => history.replaceState(null, "", "/help"));

it("goes to a page with two keys, and a second key alone does nothing", async () => {
  const { user } = show(<Page />);
  await user.keyboard("a");
  expect(location.pathname).toBe("/help");
  await user.keyboard("ga");
  expect(location.pathname).toBe("/audit");
  await user.keyboard("gxm");
  expect(location.pathname).toBe("/audit");
});

it("opens the palette even from a field, where single keys are text", async () => {
  const { user, getByRole } = show(<Page />);
  await user.type(getByRole("textbox"), "gm?");
  expect(location.pathname).toBe("/help");
  await user.keyboard("{Control>}k{/Control}");
  await waitFor(() => expect(useUi.getState().overlay).toBe("palette"));
});
