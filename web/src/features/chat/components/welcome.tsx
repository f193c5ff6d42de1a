import { useUi } from "@/lib/ui-store";

const READS = [
  "show me the pods",
  "logs of deployment payments-api, last 20 lines",
  "which nodes are busiest",
];
const CHANGES = ["scale web to 5", "restart the deployment search", "cordon node-2"];

/** What an empty conversation offers: words to begin with. */
export function Welcome({ practice, namespace }: { practice: boolean; namespace: string | null }) {
  return (
    <div className="mx-auto flex w-full max-w-[820px] flex-1 flex-col justify-center-safe overflow-auto px-6 pt-6 pb-4 max-sm:px-3">
      <h1 className="text-xl font-semibold tracking-tight">
        What should happen{namespace ? ` in ${namespace}` : ""}?
      </h1>
      <p className="mt-1 max-w-[60ch] text-muted">
        Reads are answered at once. Before anything changes you see what, on what, as whom and how to take it
        back; it runs only when you say so.
        {practice && " This is the practice cluster, so try whatever you like."}
      </p>
      <div className="mt-5 grid grid-cols-2 gap-x-8 gap-y-4 max-sm:grid-cols-1">
        <Examples title="Ask" list={READS} />
        <Examples title="Change" list={CHANGES} />
      </div>
    </div>
  );
}

function Examples({ title, list }: { title: string; list: string[] }) {
  const offer = useUi((ui) => ui.offerDraft);
  return (
    <section aria-label={title}>
      <h2 className="mb-1 text-xs font-semibold text-faint">{title}</h2>
      <ul>
        {list.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => offer(text)}
              className="-ml-2.5 w-full rounded-lg px-2.5 py-1.5 text-left hover:bg-surface hover:text-primary"
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
