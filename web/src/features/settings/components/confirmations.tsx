import { useState } from "react";
import { Panel } from "@/components/panel";
import { usePreference } from "@/lib/ui-store";
import { settings as m } from "@/messages/settings";
import { Setting, SwitchSetting } from "./setting";

/** More care than the policy asks for; never less. */
export function Confirmations() {
  const [alwaysConfirm, setAlwaysConfirm] = usePreference("alwaysConfirm");
  const [production, setProduction] = usePreference("production");
  const [words, setWords] = useState(production.join(", "));
  return (
    <Panel title={m.confirmationsTitle}>
      <Setting title={m.policyTitle} about={m.policyAbout}>
        {null}
      </Setting>
      <SwitchSetting
        title={m.alwaysTitle}
        about={m.alwaysAbout}
        on={alwaysConfirm}
        onChange={setAlwaysConfirm}
      />
      <Setting title={m.production} about={m.productionAbout}>
        <input
          aria-label={m.productionTitle}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onBlur={() =>
            setProduction(
              words
                .split(",")
                .map((word) => word.trim())
                .filter((word) => word !== ""),
            )
          }
          className="h-[34px] w-56 rounded-lg border border-line bg-surface px-2.5"
        />
      </Setting>
    </Panel>
  );
}
