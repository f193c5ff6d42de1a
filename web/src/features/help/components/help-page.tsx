import { useDeferredValue, useState } from "react";
import { LevelBadge } from "@/components/level-badge";
import { SearchField } from "@/components/search-field";
import { ShortcutList } from "@/components/shortcut-list";
import { draft } from "@/lib/ask";
import { Link } from "@/lib/router";
import { EXAMPLES, type ExampleGroup, LEVELS, TOPICS, VERBS } from "@/messages/examples";
import { help as m } from "@/messages/help";
import { SHORTCUTS } from "@/messages/shortcuts";

function matches(wanted: string, text: string): boolean {
  return wanted === "" || wanted.split(/\s+/).every((word) => text.toLowerCase().includes(word));
}

/** Getting started, examples, verbs, levels and keys; all of it here, so it works without a network. */
export default function HelpPage() {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const examples = EXAMPLES.map((group) => ({
    ...group,
    examples: group.examples.filter((example) => matches(wanted, `${group.title} ${group.note} ${example}`)),
  })).filter((group) => group.examples.length > 0);
  const topics = TOPICS.filter(({ title, text: about }) => matches(wanted, `${title} ${about}`));
  const verbs = VERBS.filter(({ verb, does, level }) => matches(wanted, `${verb} ${does} ${level}`));
  const nothing = examples.length + topics.length + verbs.length === 0;
  return (
    <main id="main" className="relative min-h-0 flex-1 overflow-auto">
      <div className="mx-auto w-full max-w-[960px] px-8 py-6 max-sm:px-3 max-sm:py-4">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <h1 className="text-xl font-semibold tracking-tight">{m.help}</h1>
          <SearchField
            label={m.searchTheHelp}
            value={text}
            onChange={setText}
            className="ml-auto w-64 max-sm:ml-0 max-sm:w-full"
          />
        </div>
        {nothing && <p className="mt-5 text-muted">{m.noMatch}</p>}
        {topics.length > 0 && (
          <section
            aria-label={m.gettingStarted}
            className="mt-5 grid grid-cols-2 gap-x-8 gap-y-5 max-sm:grid-cols-1"
          >
            {topics.map((topic) => (
              <div key={topic.title}>
                <h2 className="font-semibold">{topic.title}</h2>
                <p className="mt-0.5 text-muted">{topic.text}</p>
              </div>
            ))}
          </section>
        )}
        {examples.length > 0 && (
          <section aria-label={m.examples} className="mt-8">
            <h2 className="text-lg font-semibold">{m.examples}</h2>
            <p className="text-muted">{m.examplesAbout}</p>
            <div className="mt-3 grid grid-cols-2 gap-x-8 gap-y-6 max-sm:grid-cols-1">
              {examples.map((group) => (
                <Group key={group.title} {...group} />
              ))}
            </div>
          </section>
        )}
        {matches(wanted, m.levelsSafeWarningDangerous) && <Levels />}
        {verbs.length > 0 && <Verbs verbs={verbs} />}
        <Shortcuts wanted={wanted} />
      </div>
    </main>
  );
}

function Verbs({ verbs }: { verbs: typeof VERBS }) {
  return (
    <section aria-label={m.verbs} className="mt-8">
      <h2 className="mb-2 text-lg font-semibold">{m.verbsTitle}</h2>
      <dl className="grid grid-cols-2 gap-x-8 gap-y-1.5 max-sm:grid-cols-1">
        {verbs.map(({ verb, does, level }) => (
          <div key={verb} className="flex items-baseline gap-3">
            <dt className="mono w-32 shrink-0 font-medium">{verb}</dt>
            <dd className="flex min-w-0 flex-1 items-baseline gap-3 text-muted">
              <span className="min-w-0 flex-1">{does}</span>
              <LevelBadge level={level} short />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Group({ title, note, examples }: ExampleGroup) {
  return (
    <section aria-label={title}>
      <h3 className="font-semibold">{title}</h3>
      <p className="mb-1 text-sm text-muted">{note}</p>
      <ul>
        {examples.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => draft(text)}
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
    <section aria-label={m.levels} className="mt-8">
      <h2 className="mb-2 text-lg font-semibold">{m.levels}</h2>
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

function Shortcuts({ wanted }: { wanted: string }) {
  const found = SHORTCUTS.map(({ where, keys }) => ({
    where,
    keys: keys.filter(({ does, press }) => matches(wanted, `${where} ${does} ${press.join(" ")}`)),
  })).filter(({ keys }) => keys.length > 0);
  if (found.length === 0) return null;
  return (
    <section aria-label={m.shortcuts} className="mt-8">
      <h2 className="mb-2 text-lg font-semibold">{m.shortcuts}</h2>
      <ShortcutList groups={found} />
      <p className="mt-3 text-sm text-muted">
        {m.singleKeysAbout}{" "}
        <Link to="/settings/looks" className="font-medium text-primary">
          {m.settings}
        </Link>
        .
      </p>
    </section>
  );
}
