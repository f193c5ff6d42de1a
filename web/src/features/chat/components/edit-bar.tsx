import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { cards as m } from "@/messages/cards";
import type { Say } from "../attachments";
import { Bar } from "./bar";

interface Props {
  /** The `kubectl edit` of the object. */
  line: string;
  /** The object as YAML. */
  text: string;
  onSay: Say;
}

/** Below the YAML of one object: edit it, and see what the edit would change. */
export function EditBar({ line, text, onSay }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Bar>
      <Button data-key="edit" onClick={() => setOpen(true)}>
        {m.edit}
      </Button>
      {open && <Editor line={line} text={text} onSay={onSay} onClose={() => setOpen(false)} />}
    </Bar>
  );
}

function Editor({ line, text, onSay, onClose }: Props & { onClose: () => void }) {
  const [edited, setEdited] = useState(text);
  const preview = () => {
    onClose();
    onSay(line, [{ name: "edited", text: edited }]);
  };
  return (
    <Dialog title={line.replace("kubectl edit", m.edit)} onClose={onClose} wide>
      <textarea
        aria-label={m.theObjectAsYaml}
        value={edited}
        onChange={(event) => setEdited(event.target.value)}
        spellCheck={false}
        autoComplete="off"
        wrap="off"
        className="mono h-[60vh] w-full resize-y rounded-lg border border-line bg-sunken px-3 py-2 outline-offset-2"
      />
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button tone="primary" onClick={preview} disabled={edited === text}>
          {m.showWhatWouldChange}
        </Button>
        <Button onClick={onClose}>{m.close}</Button>
        <p className="text-sm text-muted">{m.nothingIsChangedBefore}</p>
      </div>
    </Dialog>
  );
}
