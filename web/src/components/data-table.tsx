import { clsx } from "clsx";
import { useDeferredValue, useMemo, useState } from "react";
import { cellText, count } from "@/lib/format";
import { type ColumnKind, columnKind, compareCells } from "@/lib/sort-values";
import { Cell } from "./data-table-cell";
import { SortHeader } from "./data-table-header";
import { ROW_HEIGHT, useRowWindow } from "./use-row-window";

interface Props {
  label: string;
  columns: string[];
  rows: unknown[][];
}

interface Sort {
  column: number;
  direction: 1 | -1;
}

const FILTER_FROM = 9;

function columnWidth(name: string, values: string[]): number {
  let width = name.length + 3;
  for (const value of values) width = Math.max(width, value.length);
  return Math.min(width, 60);
}

/** A result as the API server's table: sorted and filtered here, only the rows in view in the document. */
export default function DataTable({ label, columns, rows }: Props) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.trim().toLowerCase());

  const cells = useMemo(() => rows.map((row) => row.map(cellText)), [rows]);
  const kinds = useMemo<ColumnKind[]>(
    () =>
      columns.map((name, i) =>
        columnKind(
          name,
          cells.map((row) => row[i] ?? ""),
        ),
      ),
    [columns, cells],
  );
  // Fixed from all rows, so that scrolling never moves a column.
  const widths = useMemo(
    () =>
      columns.map((name, i) =>
        columnWidth(
          name,
          cells.map((row) => row[i] ?? ""),
        ),
      ),
    [columns, cells],
  );
  const shown = useMemo(() => {
    const kept =
      wanted === "" ? cells : cells.filter((row) => row.some((cell) => cell.toLowerCase().includes(wanted)));
    if (!sort) return kept;
    const { column, direction } = sort;
    return kept.toSorted((a, b) =>
      compareCells(a[column] ?? "", b[column] ?? "", kinds[column] ?? "text", direction),
    );
  }, [cells, kinds, sort, wanted]);

  const { area, first, last } = useRowWindow(shown.length);
  const toggle = (column: number) =>
    setSort((old) =>
      old?.column === column
        ? old.direction === 1
          ? { column, direction: -1 }
          : null
        : { column, direction: 1 },
    );

  return (
    <div>
      {rows.length >= FILTER_FROM && (
        <div className="flex items-center gap-3 px-4 pb-2">
          <input
            type="search"
            aria-label={`Filter ${label}`}
            placeholder="Filter"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className="h-8 w-48 rounded-lg border border-line bg-surface px-2.5"
          />
          <span role="status" className="text-sm text-muted tabular-nums">
            {wanted === ""
              ? `${count(rows.length)} rows`
              : `${count(shown.length)} of ${count(rows.length)} rows`}
          </span>
        </div>
      )}
      <div
        role="group"
        ref={area}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
        tabIndex={0}
        className="relative max-h-[480px] overflow-auto border-t border-line2"
      >
        <table className="w-full border-separate border-spacing-0 text-sm" aria-rowcount={shown.length + 1}>
          <colgroup>
            {columns.map((name, i) => (
              <col
                key={name}
                style={{ minWidth: `calc(${widths[i]}ch + 32px)`, width: `calc(${widths[i]}ch + 32px)` }}
              />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map((name, i) => (
                <SortHeader
                  key={name}
                  name={name}
                  numeric={kinds[i] !== "text"}
                  direction={sort?.column === i ? sort.direction : null}
                  onSort={() => toggle(i)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer rows={first} columns={columns.length} />
            {shown.slice(first, last).map((row, i) => (
              <tr key={first + i} aria-rowindex={first + i + 2} className={clsx("hover:bg-sunken")}>
                {columns.map((name, column) => (
                  <Cell key={name} column={name} text={row[column] ?? "–"} kind={kinds[column] ?? "text"} />
                ))}
              </tr>
            ))}
            <Spacer rows={shown.length - last} columns={columns.length} />
          </tbody>
        </table>
        {shown.length === 0 && (
          <p className="px-4 py-3 text-muted">
            {rows.length === 0 ? "No rows." : "No row contains that text. Clear the filter to see all."}
          </p>
        )}
      </div>
    </div>
  );
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} style={{ height: rows * ROW_HEIGHT, padding: 0 }} />
    </tr>
  );
}
