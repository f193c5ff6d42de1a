import { ErrorNotice } from "./error-notice";
import { SkeletonList } from "./skeleton";

interface Props {
  /** What is being loaded, for who can't see the shape. */
  label: string;
  waiting: boolean;
  /** What was being done, where it failed. */
  title: string;
  error: unknown;
  onRetry?: () => void;
  rows?: number;
  className?: string;
}

/** Inside a panel: the shape of what comes, or why it does not. */
export function Pending({ label, waiting, title, error, onRetry, rows = 4, className = "h-8" }: Props) {
  if (!waiting && !error) return null;
  return (
    <div className="p-4">
      {error ? (
        <ErrorNotice title={title} error={error} onRetry={onRetry} />
      ) : (
        <SkeletonList label={label} rows={rows} className={className} />
      )}
    </div>
  );
}
