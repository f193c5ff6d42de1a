import { useState } from "react";
import { Panel } from "@/components/panel";
import { useUi } from "@/lib/ui-store";
import { Setting, SwitchSetting } from "./setting";

/** More care than the policy asks for; never less. */
export function Confirmations() {
  const { alwaysConfirm, production } = useUi((ui) => ui.preferences);
  const setPreferences = useUi((ui) => ui.setPreferences);
  const [words, setWords] = useState(production.join(", "));
  return (
    <Panel title="Before something runs">
      <Setting
        title="What the policy asks for"
        about="Reads run at once. A change waits for your yes; something dangerous for a name typed by you. This can't be lowered here."
      >
        {null}
      </Setting>
      <SwitchSetting
        title="Type the name for every change"
        about="Also for changes that only need a yes: the button works when the name is typed."
        on={alwaysConfirm}
        onChange={(on) => setPreferences({ alwaysConfirm: on })}
      />
      <Setting
        title="Production"
        about="A cluster whose context contains one of these words is marked wherever its name stands."
      >
        <input
          aria-label="Words that mark production"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onBlur={() =>
            setPreferences({
              production: words
                .split(",")
                .map((word) => word.trim())
                .filter((word) => word !== ""),
            })
          }
          className="h-[34px] w-56 rounded-lg border border-line bg-surface px-2.5"
        />
      </Setting>
    </Panel>
  );
}
