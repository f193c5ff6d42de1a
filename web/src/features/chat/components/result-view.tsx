import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { kindsOptions } from "@/api/get-kinds";
import type { Result } from "@/api/types";
import type { TableRow } from "@/components/data-table";
import { SkeletonList } from "@/components/skeleton";
import { TextView } from "@/components/text-view";
import { objectAddress } from "@/lib/addresses";
import { navigate } from "@/lib/router";
import { useWhere } from "@/lib/use-where";
import { cards as m } from "@/messages/cards";
import { type Listed, listed, rowObject } from "../listed";

const DataTable = lazy(() => import("@/components/data-table"));
const FoldView = lazy(() => import("@/components/fold-view"));
const LogView = lazy(() => import("@/components/log-view"));

/** A short sentence is a sentence; anything longer is a document with its own scroll area. */
function isSentence(text: string): boolean {
  return text.length <= 240 && text.trimEnd().split("\n").length <= 3 && !text.includes("  ");
}

interface Props {
  result: Result;
  label: string;
  command?: string | null;
}

export function ResultView({ result, label, command = null }: Props) {
  const sections = result.sections ?? [];
  return (
    <Suspense fallback={<SkeletonList label={m.loadingTheTable} rows={4} className="mx-4 h-7" />}>
      {result.text && <Text text={result.text} label={label} command={command} />}
      {result.columns.length > 0 && (
        <Rows label={label} columns={result.columns} rows={result.rows} of={listed(command)} />
      )}
      {sections.map(({ title, columns, rows }) => (
        <div key={title}>
          <h3 className="px-4 pt-3 pb-1.5 font-semibold">{title}</h3>
          <Rows label={title} columns={columns} rows={rows} of={null} />
        </div>
      ))}
      {result.truncated && <p className="px-4 py-2 text-sm text-muted">{m.cutHereThereIs}</p>}
    </Suspense>
  );
}

function Text({ text, label, command }: { text: string; label: string; command: string | null }) {
  if (command?.startsWith("kubectl logs ")) return <LogView label={label} text={text} />;
  if (/ -o[ =]?(yaml|json)\b/.test(command ?? "") && !isSentence(text)) {
    return (
      <div className="mx-4 mb-3.5">
        <FoldView label={label} text={text} />
      </div>
    );
  }
  if (!isSentence(text)) return <TextView label={label} text={text} />;
  return <p className="px-4 pb-3.5 break-words whitespace-pre-wrap">{text.trimEnd()}</p>;
}

interface RowsProps {
  label: string;
  columns: string[];
  rows: unknown[][];
  /** What the rows are, where the command says it. */
  of: Listed | null;
}

/** Rows that stand for objects lead to them. */
function Rows({ label, columns, rows, of }: RowsProps) {
  const made = useMemo(() => rows.map((cells): TableRow => ({ cells })), [rows]);
  const { cluster } = useWhere();
  const { data: kinds } = useQuery({
    ...kindsOptions(cluster?.id ?? ""),
    enabled: of !== null && cluster !== null,
  });
  const open = useMemo(() => {
    const kind = of && kinds ? rowObject(of, columns, kinds) : null;
    return kind
      ? (row: TableRow) => {
          const object = kind(row.cells);
          if (object) navigate(objectAddress(object));
        }
      : undefined;
  }, [of, kinds, columns]);
  return <DataTable label={label} columns={columns} rows={made} onOpen={open} />;
}
