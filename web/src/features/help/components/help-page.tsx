import { Kbd } from "@/components/kbd";
import { LevelBadge } from "@/components/level-badge";
import { navigate } from "@/lib/router";
import { useUi } from "@/lib/ui-store";
import { EXAMPLES, type ExampleGroup, LEVELS, SHORTCUTS } from "../examples";

export default function HelpPage() {
  return (
    <main id="main" className="relative min-h-0 flex-1 overflow-auto">
      <div className="mx-auto w-full max-w-[960px] px-8 py-6 max-sm:px-3 max-sm:py-4">
        <h1 className="text-xl font-semibold tracking-tight">Help</h1>
        <p className="mt-1 text-muted">
          Choose an example to put it into the message field; nothing is sent by that.
        </p>
        <div className="mt-5 grid grid-cols-2 gap-x-8 gap-y-6 max-sm:grid-cols-1">
          {EXAMPLES.map((group) => (
            <Group key={group.title} {...group} />
          ))}
        </div>
        <Levels />
        <Shortcuts />
      </div>
    </main>
  );
}

function Group({ title, note, examples }: ExampleGroup) {
  const offer = useUi((ui) => ui.offerDraft);
  const take = (text: string) => {
    offer(text);
    navigate("/chat");
  };
  return (
    <section aria-label={title}>
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="mb-1 text-sm text-muted">{note}</p>
      <ul>
        {examples.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => take(text)}
              className={`-ml-2.5 rounded-lg px-2.5 py-1.5 text-left text-primary hover:bg-surface ${text.startsWith("kubectl") ? "mono" : ""}`}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Levels() {
  return (
    <section aria-label="Levels" className="mt-8">
      <h2 className="mb-2 text-lg font-semibold">Levels</h2>
      <dl className="grid grid-cols-[176px_minmax(0,1fr)] gap-x-4 gap-y-2 max-sm:grid-cols-1 max-sm:gap-y-1">
        {LEVELS.map(({ level, meaning }) => (
          <div key={level} className="contents">
            <dt>
              <LevelBadge level={level} />
            </dt>
            <dd className="text-muted max-sm:mb-2">{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Shortcuts() {
  const singleKeys = useUi((ui) => ui.singleKeys);
  const setSingleKeys = useUi((ui) => ui.setSingleKeys);
  return (
    <section aria-label="Shortcuts" className="mt-8">
      <h2 className="mb-2 text-lg font-semibold">Shortcuts</h2>
      <dl className="grid grid-cols-[176px_minmax(0,1fr)] gap-x-4 gap-y-2">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does} className="contents">
            <dt className="flex items-center gap-1.5">
              {keys.map((key, i) => (
                <span key={key} className="flex items-center gap-1.5">
                  {i > 0 && <span className="text-xs text-muted">then</span>}
                  <Kbd>{key}</Kbd>
                </span>
              ))}
            </dt>
            <dd className="text-muted">{does}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex items-center gap-2">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        Single keys work outside the card: / and N
      </label>
    </section>
  );
}
