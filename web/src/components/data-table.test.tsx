import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { show } from "@/test/render";
import DataTable from "./data-table";

const columns = ["NAME", "STATUS", "AGE"];
const rows = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    cells: [`web-${i}`, i % 2 ? "Running" : "Pending", `${n - i}m`],
  }));
const names = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.querySelector("td")?.textContent ?? "")
    .filter(Boolean);

describe("a result table", () => {
  it("sorts up, down and back", async () => {
    const { user } = show(<DataTable label="Pods" columns={columns} rows={rows(3)} />);
    const age = screen.getByRole("button", { name: "Age" });
    await user.click(age);
    expect(names()).toEqual(["web-2", "web-1", "web-0"]);
    expect(screen.getByRole("columnheader", { name: "Age" })).toHaveAttribute("aria-sort", "ascending");
    await user.click(age);
    expect(names()).toEqual(["web-0", "web-1", "web-2"]);
    await user.click(age);
    expect(screen.getByRole("columnheader", { name: "Age" })).toHaveAttribute("aria-sort", "none");
  });

  it("can be filtered when it is long, not when it is short", async () => {
    const { user, unmount } = show(<DataTable label="Pods" columns={columns} rows={rows(12)} />);
    await user.type(screen.getByRole("searchbox", { name: "Filter Pods" }), "web-11");
    expect(await screen.findByText("1 of 12 rows")).toBeVisible();
    expect(names()).toEqual(["web-11"]);
    unmount();
    show(<DataTable label="Pods" columns={columns} rows={rows(8)} />);
    expect(screen.queryByRole("searchbox")).not.toBeInTheDocument();
  });

  it("keeps a long table out of the document", () => {
    show(<DataTable label="Pods" columns={columns} rows={rows(5000)} />);
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "5001");
  });

  it("opens rows with the keyboard and counts ages on", async () => {
    const opened: unknown[] = [];
    const aged = rows(3).map((row) => ({ ...row, at: Date.now() - 60_000 }));
    const { user } = show(
      <DataTable label="Pods" columns={columns} rows={aged} onOpen={(row) => opened.push(row.cells[0])} />,
    );
    expect(screen.getByRole("row", { name: /web-0/ })).toHaveTextContent("4m");
    screen.getByRole("button", { name: "web-0" }).focus();
    await user.keyboard("{ArrowDown}{Enter}");
    expect(opened).toEqual(["web-1"]);
  });
});
