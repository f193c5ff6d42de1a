import { lazy, Suspense } from "react";
import type { Result } from "@/api/types";
import { SkeletonList } from "@/components/skeleton";
import { TextView } from "@/components/text-view";

const DataTable = lazy(() => import("@/components/data-table"));

/** A short sentence is a sentence; anything longer is a document with its own scroll area. */
function isSentence(text: string): boolean {
  return text.length <= 240 && text.trimEnd().split("\n").length <= 3 && !text.includes("  ");
}

export function ResultView({ result, label }: { result: Result; label: string }) {
  const sections = result.sections ?? [];
  return (
    <Suspense fallback={<SkeletonList label="Loading the table" rows={4} className="mx-4 h-7" />}>
      {result.text && isSentence(result.text) && (
        <p className="px-4 pb-3.5 break-words whitespace-pre-wrap">{result.text.trimEnd()}</p>
      )}
      {result.text && !isSentence(result.text) && <TextView label={label} text={result.text} />}
      {result.columns.length > 0 && <DataTable label={label} columns={result.columns} rows={result.rows} />}
      {sections.map(({ title, columns, rows }) => (
        <div key={title}>
          <h3 className="px-4 pt-3 pb-1.5 font-semibold">{title}</h3>
          <DataTable label={title} columns={columns} rows={rows} />
        </div>
      ))}
      {result.truncated && (
        <p className="px-4 py-2 text-sm text-muted">
          Cut here; there is more. Ask for less, with a name or a label.
        </p>
      )}
    </Suspense>
  );
}
