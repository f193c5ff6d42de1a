import type { ModelsSettings } from "@/api/types";
import { Field } from "@/components/field";
import { modelsSettings as m } from "@/messages/models-settings";

interface Props {
  /** Where the present key comes from; nothing for a new provider. */
  source: ModelsSettings["keys"][string] | undefined;
  /** What was typed; `null` to take the key away. */
  typed: string | null | undefined;
  onChange: (key: string | null | undefined) => void;
  wrong?: string;
}

/** The key of a provider, which can be given and taken away, but not read. */
export function KeyField({ source, typed, onChange, wrong }: Props) {
  const has = source !== undefined && source.source !== "none";
  const fixed = source?.source === "environment";
  return (
    <div className="flex flex-col gap-1.5">
      <Field
        label={has ? m.newKey : m.key}
        hint={m.keySources[source?.source ?? "none"]?.(source?.name ?? "")}
        wrong={wrong}
        type="password"
        autoComplete="new-password"
        spellCheck={false}
        disabled={fixed || typed === null}
        value={typed ?? ""}
        onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
      />
      {has && !fixed && (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={typed === null}
            onChange={({ target }) => onChange(target.checked ? null : undefined)}
          />
          {m.takeKeyAway}
        </label>
      )}
    </div>
  );
}
