import { useUi } from "@/lib/ui-store";
import { chat as m } from "@/messages/chat";

const READS = [m.examplePods, "logs of deployment payments-api, last 20 lines", m.exampleNodes];
const CHANGES = [m.exampleScale, m.exampleRestart, "cordon node-2"];

/** What an empty conversation offers: words to begin with. */
export function Welcome({ practice, namespace }: { practice: boolean; namespace: string | null }) {
  return (
    <div className="mx-auto flex w-full max-w-[820px] flex-1 flex-col overflow-auto px-6 pt-[16vh] pb-4 max-sm:px-3 max-sm:pt-6">
      <h1 className="text-xl font-semibold tracking-tight">
        {m.welcomeTitle(namespace ? m.inNamespace(namespace) : "")}
      </h1>
      <p className="mt-1 max-w-[60ch] text-muted">{m.welcomeAbout}</p>
      <div className="mt-5 grid grid-cols-2 gap-x-8 gap-y-4 max-sm:grid-cols-1">
        <Examples title={m.ask} list={READS} />
        <Examples title={m.change} list={CHANGES} />
      </div>
      {/* Last, and all from the top: what is known later moves nothing. */}
      {practice && <p className="mt-5 text-muted">{m.welcomePractice}</p>}
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
