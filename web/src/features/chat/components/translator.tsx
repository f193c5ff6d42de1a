import { useQuery } from "@tanstack/react-query";
import { modelsOptions } from "@/api/get-models";
import { Dot } from "@/components/badge";
import { isDown, translator } from "@/lib/translator";
import { useUi } from "@/lib/ui-store";
import { models as m } from "@/messages/models";

/** Who reads the words that are sent: the built-in engine, and a model where one is configured. */
export function Translator() {
  const { data } = useQuery(modelsOptions);
  const provider = useUi((ui) => ui.provider);
  const setProvider = useUi((ui) => ui.setProvider);
  if (!data || data.models.length === 0) return null;
  const asked = provider ? data.models.filter((one) => one.provider === provider) : data.models;
  const down = provider !== "builtin" && asked.every(isDown);
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5 text-xs text-muted">
      {down && <Dot tone="warn" />}
      <select
        aria-label={m.chooseTranslator}
        title={down ? m.allDown : undefined}
        value={provider ?? ""}
        onChange={(event) => setProvider(event.target.value || null)}
        className="h-6 max-w-56 min-w-0 truncate rounded-full border border-line bg-surface px-1.5 max-sm:max-w-32"
      >
        <option value="">{translator(data)}</option>
        <option value="builtin">{m.onlyBuiltIn}</option>
        {data.models.map((one) => (
          <option key={one.provider} value={one.provider}>
            {isDown(one) ? m.down(one.provider) : m.only(one.provider)}
          </option>
        ))}
      </select>
    </span>
  );
}
