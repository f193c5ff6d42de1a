import { clsx } from "clsx";
import { Panel } from "@/components/panel";
import { type Theme, useTheme } from "@/lib/theme";
import { useUi } from "@/lib/ui-store";
import { settings as m } from "@/messages/settings";
import { Setting, SwitchSetting } from "./setting";

const THEMES: [Theme, string][] = [
  ["system", m.asTheSystem],
  ["light", m.light],
  ["dark", m.dark],
];

/** Theme, times and keys, kept in this browser. */
export function Looks() {
  const { theme, choose } = useTheme();
  const { utc } = useUi((ui) => ui.preferences);
  const setPreferences = useUi((ui) => ui.setPreferences);
  const singleKeys = useUi((ui) => ui.singleKeys);
  const setSingleKeys = useUi((ui) => ui.setSingleKeys);
  return (
    <Panel title={m.inThisBrowser}>
      <Setting title={m.theme} about={m.lightDarkOrWhatever}>
        <div role="group" aria-label={m.theme} className="flex rounded-lg bg-line2 p-0.5">
          {THEMES.map(([value, word]) => (
            <button
              key={value}
              type="button"
              aria-pressed={value === theme}
              onClick={() => choose(value)}
              className={clsx(
                "rounded-md px-3 py-1 text-sm",
                value === theme ? "bg-surface font-medium shadow-card" : "text-muted hover:text-text",
              )}
            >
              {word}
            </button>
          ))}
        </div>
      </Setting>
      <SwitchSetting
        title={m.timesInUtc}
        about={m.otherwiseInYourOwn}
        on={utc}
        onChange={(on) => setPreferences({ utc: on })}
      />
      <SwitchSetting
        title={m.singleKeys}
        about={m.aboutSingleKeys}
        on={singleKeys}
        onChange={setSingleKeys}
      />
    </Panel>
  );
}
