import { clsx } from "clsx";
import { Panel } from "@/components/panel";
import { type Theme, useTheme } from "@/lib/theme";
import { useUi } from "@/lib/ui-store";
import { Setting, SwitchSetting } from "./setting";

const THEMES: [Theme, string][] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** Theme, times and keys, kept in this browser. */
export function Looks() {
  const { theme, choose } = useTheme();
  const { utc } = useUi((ui) => ui.preferences);
  const setPreferences = useUi((ui) => ui.setPreferences);
  const singleKeys = useUi((ui) => ui.singleKeys);
  const setSingleKeys = useUi((ui) => ui.setSingleKeys);
  return (
    <Panel title="In this browser">
      <Setting title="Theme" about="Light, dark, or whatever your system says.">
        <div role="group" aria-label="Theme" className="flex rounded-lg bg-line2 p-0.5">
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
        title="Times in UTC"
        about="Otherwise in your own zone, with UTC on hover."
        on={utc}
        onChange={(on) => setPreferences({ utc: on })}
      />
      <SwitchSetting
        title="Single keys"
        about="/, N, G, ?, J and K outside of fields. A screen reader or dictation may want them off."
        on={singleKeys}
        onChange={setSingleKeys}
      />
    </Panel>
  );
}
