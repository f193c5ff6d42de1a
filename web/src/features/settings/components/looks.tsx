import { Panel } from "@/components/panel";
import { Segments } from "@/components/segments";
import { type Theme, useTheme } from "@/lib/theme";
import { usePreference, useUi } from "@/lib/ui-store";
import { settings as m } from "@/messages/settings";
import { Setting, SwitchSetting } from "./setting";

const THEMES: [Theme, string][] = [
  ["system", m.themeSystem],
  ["light", m.light],
  ["dark", m.dark],
];

/** Theme, times and keys, kept in this browser. */
export function Looks() {
  const { theme, choose } = useTheme();
  const [utc, setUtc] = usePreference("utc");
  const singleKeys = useUi((ui) => ui.singleKeys);
  const setSingleKeys = useUi((ui) => ui.setSingleKeys);
  return (
    <Panel title={m.looksTitle}>
      <Setting title={m.theme} about={m.themeAbout}>
        <Segments label={m.theme} value={theme} options={THEMES} onChange={choose} />
      </Setting>
      <SwitchSetting title={m.utcTitle} about={m.utcAbout} on={utc} onChange={setUtc} />
      <SwitchSetting
        title={m.singleKeys}
        about={m.aboutSingleKeys}
        on={singleKeys}
        onChange={setSingleKeys}
      />
    </Panel>
  );
}
