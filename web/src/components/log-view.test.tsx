import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/test/render";
import LogView from "./log-view";

const TEXT = "started\nlevel=error msg=boom\nwarning: slow\nstopped\n";

it("finds lines, and shows only what went wrong when asked", async () => {
  const { user } = show(<LogView label="Logs" text={TEXT} />);
  expect(screen.getByText("4 lines")).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "Errors and warnings" }));
  expect(screen.queryByText("started")).toBeNull();
  expect(screen.getByText("level=error msg=boom")).toBeVisible();
  await user.type(screen.getByRole("searchbox"), "slow");
  expect(await screen.findByText("1 of 4 lines")).toBeVisible();
  await user.type(screen.getByRole("searchbox"), "est");
  expect(await screen.findByText("No line says that.")).toBeVisible();
});

it("keeps a long log out of the document", () => {
  show(<LogView label="Logs" text={Array.from({ length: 3000 }, (_, i) => `line ${i}`).join("\n")} />);
  expect(screen.queryByText("line 1999")).toBeNull();
  expect(screen.getByText("line 2999")).toBeVisible();
  expect(screen.getByText(/2000 older lines/)).toBeVisible();
});
