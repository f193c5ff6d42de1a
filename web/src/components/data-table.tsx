import { clsx } from "clsx";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { older } from "@/lib/age";
import { cellText, count } from "@/lib/format";
import { type ColumnKind, columnKind, compareKeys, type SortKey, sortKey } from "@/lib/sort-values";
import { useNow } from "@/lib/use-now";
import { components as m } from "@/messages/components";
import { Cell } from "./data-table-cell";
import { SortHeader } from "./data-table-header";
import { SearchField } from "./search-field";
import { ROW_HEIGHT, useRowWindow } from "./use-row-window";

/** A row with the cells the server printed. The same object means that nothing in it has changed. */
export interface TableRow {
  cells: unknown[];
  /** When the cells were read, in milliseconds: ages go on counting from there. */
  at?: number;
}

interface Props<R extends TableRow> {
  label: string;
  columns: string[];
  rows: R[];
  /** What a row is known by; its place where there is nothing better. */
  idOf?: (row: R, index: number) => string;
  /** Opens what a row stands for. Without it rows are only read. */
  onOpen?: (row: R) => void;
  /** Takes the height of what is around it instead of one of its own. */
  tall?: boolean;
  /** What stands beside the filter. */
  tools?: ReactNode;
  /** What an empty table says. */
  empty?: ReactNode;
}

interface Sort {
  column: number;
  direction: 1 | -1;
}

const FILTER_FROM = 9;
/** Rows that decide what a column holds and how wide it is. */
const SAMPLE = 400;

const texts = new WeakMap<TableRow, string[]>();

/** The cells as text; made once for a row that stays the same. */
function textOf(row: TableRow): string[] {
  const known = texts.get(row);
  if (known) return known;
  const made = row.cells.map(cellText);
  texts.set(row, made);
  return made;
}

const keys = new WeakMap<TableRow, Map<string, SortKey>>();

/** What a row is sorted by; made once for a row that stays the same, so that a table that changes stays quick. */
function keyOf(row: TableRow, column: number, kind: ColumnKind): SortKey {
  let known = keys.get(row);
  if (!known) {
    known = new Map();
    keys.set(row, known);
  }
  const name = `${column} ${kind}`;
  let key = known.get(name);
  if (key === undefined) {
    key = sortKey(textOf(row)[column] ?? "", kind);
    known.set(name, key);
  }
  return key;
}

function columnWidth(name: string, values: string[]): number {
  let width = name.length + 3;
  for (const value of values) width = Math.max(width, value.length);
  return Math.min(width, 60);
}

/** The API server's table: sorted and filtered here, only the rows in view in the document. */
export default function DataTable<R extends TableRow>(props: Props<R>) {
  const { label, columns, rows, idOf, onOpen, tall = false, tools, empty } = props;
  const [sort, setSort] = useState<Sort | null>(null);
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const { kinds, widths } = useColumns(columns, rows);
  const shown = useShown(rows, kinds, sort, wanted);
  const { area, first, last } = useRowWindow(shown.length, tall);
  const toggle = (column: number) =>
    setSort((old) =>
      old?.column === column
        ? old.direction === 1
          ? { column, direction: -1 }
          : null
        : { column, direction: 1 },
    );
  const filters = rows.length >= FILTER_FROM || tall;

  return (
    <div className={clsx(tall && "flex min-h-0 flex-1 flex-col")}>
      {(filters || tools) && (
        <div className="flex flex-wrap items-center gap-3 px-4 pb-2">
          {filters && (
            <SearchField
              label={m.filterIn(label)}
              hint={m.filter}
              value={filter}
              onChange={setFilter}
              className="w-48"
            />
          )}
          {filters && (
            <span role="status" className="text-sm text-muted tabular-nums">
              {wanted === "" ? m.rows(rows.length) : m.ofRows(count(shown.length), count(rows.length))}
            </span>
          )}
          {tools}
        </div>
      )}
      <div
        role="group"
        ref={area}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
        tabIndex={0}
        onKeyDown={onOpen && moveBetweenRows}
        className={clsx(
          "relative overflow-auto border-t border-line2",
          tall ? "min-h-0 flex-1" : "max-h-[480px]",
        )}
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
              <BodyRow
                key={idOf ? idOf(row, first + i) : first + i}
                row={row}
                place={first + i}
                columns={columns}
                kinds={kinds}
                onOpen={onOpen}
              />
            ))}
            <Spacer rows={shown.length - last} columns={columns.length} />
          </tbody>
        </table>
        {shown.length === 0 && (
          <div className="px-4 py-3 text-muted">{rows.length === 0 ? (empty ?? m.noRows) : m.noRowFits}</div>
        )}
      </div>
    </div>
  );
}

/** What each column holds and its width, from the first rows: scrolling and changes never move a column. */
function useColumns(columns: string[], rows: TableRow[]) {
  const names = columns.join("\n");
  const sampled = Math.min(rows.length, SAMPLE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: changes of single rows must not move the columns.
  return useMemo(() => {
    const sample = rows.slice(0, SAMPLE).map(textOf);
    const values = columns.map((_, i) => sample.map((row) => row[i] ?? ""));
    return {
      kinds: columns.map((name, i): ColumnKind => columnKind(name, values[i] ?? [])),
      widths: columns.map((name, i) => columnWidth(name, values[i] ?? [])),
    };
  }, [names, sampled]);
}

function useShown<R extends TableRow>(
  rows: R[],
  kinds: ColumnKind[],
  sort: Sort | null,
  wanted: string,
): R[] {
  return useMemo(() => {
    const kept =
      wanted === ""
        ? rows
        : rows.filter((row) => textOf(row).some((cell) => cell.toLowerCase().includes(wanted)));
    if (!sort) return kept;
    const { column, direction } = sort;
    const kind = kinds[column] ?? "text";
    const keyed = kept.map((row) => ({ row, key: keyOf(row, column, kind) }));
    return keyed.sort((a, b) => compareKeys(a.key, b.key, direction)).map(({ row }) => row);
  }, [rows, kinds, sort, wanted]);
}

interface BodyRowProps<R extends TableRow> {
  row: R;
  place: number;
  columns: string[];
  kinds: ColumnKind[];
  onOpen?: (row: R) => void;
}

function BodyRow<R extends TableRow>({ row, place, columns, kinds, onOpen }: BodyRowProps<R>) {
  const cells = textOf(row);
  return (
    // The button in the first cell is what the keyboard uses; the row only widens it for a pointer.
    <tr
      aria-rowindex={place + 2}
      onClick={onOpen && (() => onOpen(row))}
      className={clsx("hover:bg-sunken", onOpen && "cursor-pointer")}
    >
      {columns.map((name, column) => {
        const kind = kinds[column] ?? "text";
        const text = cells[column] ?? "–";
        const isName = onOpen && /^name$/i.test(name);
        if (kind === "duration" && row.at !== undefined) {
          return <AgeCell key={name} column={name} text={text} at={row.at} />;
        }
        return <Cell key={name} column={name} text={text} kind={kind} opens={Boolean(isName)} />;
      })}
    </tr>
  );
}

/** An age goes on by itself. */
function AgeCell({ column, text, at }: { column: string; text: string; at: number }) {
  const now = useNow();
  return <Cell column={column} text={older(text, (now - at) / 1000)} kind="duration" />;
}

/** Arrow keys go from row to row. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("tbody button")];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = buttons[event.key === "ArrowDown" ? at + 1 : Math.max(0, at - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr>
      <td colSpan={columns} style={{ height: rows * ROW_HEIGHT, padding: 0 }} />
    </tr>
  );
}
