import { nextStep, toApiError } from "@/api/errors";
import { components as m } from "@/messages/components";
import { Button } from "./button";

interface Props {
  /** What was being done, as the start of a sentence: "The conversations could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
}

export function ErrorNotice({ title, error, onRetry }: Props) {
  const problem = toApiError(error);
  const step = nextStep(problem);
  return (
    <div role="alert" className="rounded-card border border-bad-line bg-surface px-4 py-3">
      <p className="font-semibold text-bad">{title}</p>
      <p className="mt-0.5 break-words">{problem.message}</p>
      {step && <p className="mt-0.5 text-muted">{step}</p>}
      <div className="mt-2 flex flex-wrap items-center gap-3 empty:hidden">
        {onRetry && <Button onClick={onRetry}>{m.tryAgain}</Button>}
        {problem.requestId && (
          <span className="mono text-muted">
            <span className="font-sans">{m.request} </span>
            {problem.requestId}
          </span>
        )}
      </div>
    </div>
  );
}
