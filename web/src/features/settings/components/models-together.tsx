import type { ModelsSection, ModelsSettings } from "@/api/types";
import { modelsSettings as m } from "@/messages/models-settings";
import { NumberField } from "./number-field";
import { SwitchSetting } from "./setting";

interface Props {
  section: ModelsSection;
  environment: ModelsSettings["environment"];
  wrong: Record<string, string>;
  onChange: (section: ModelsSection) => void;
}

const SWITCHES = ["airgap", "pseudonyms"] as const;
const NUMBERS = [
  "sure",
  "deadline_seconds",
  "attempts",
  "breaker_failures",
  "breaker_seconds",
  "cache_hours",
] as const;
const LOOKS = ["steps", "tokens", "seconds"] as const;

/** What holds for all models. */
export function ModelsTogether({ section, environment, wrong, onChange }: Props) {
  const from = (field: string) => environment.find((one) => one.field === field)?.variable;
  const said = (field: string) => {
    const variable = from(field);
    return {
      wrong: wrong[field],
      disabled: variable !== undefined,
      hint: variable ? m.fromEnvironment(variable) : m.hints[field],
    };
  };
  const { investigation } = section;
  return (
    <div className="border-b border-line2">
      {SWITCHES.map((field) => (
        <SwitchSetting
          key={field}
          title={m.fields[field] ?? field}
          about={from(field) ? m.fromEnvironment(from(field) ?? "") : m.switches[field]}
          on={section[field]}
          disabled={from(field) !== undefined}
          onChange={(on) => onChange({ ...section, [field]: on })}
        />
      ))}
      <details className="px-4 py-3.5">
        <summary className="w-fit text-sm text-muted hover:text-text">{m.more}</summary>
        <div className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(200px,1fr))] items-start gap-4">
          {NUMBERS.map((field) => (
            <NumberField
              key={field}
              label={m.fields[field] ?? field}
              value={section[field]}
              whole={field !== "sure"}
              onChange={(value) => onChange({ ...section, [field]: value })}
              {...said(field)}
            />
          ))}
          {LOOKS.map((field) => (
            <NumberField
              key={field}
              label={m.fields[`investigation.${field}`] ?? field}
              value={investigation[field]}
              onChange={(value) =>
                onChange({ ...section, investigation: { ...investigation, [field]: value } })
              }
              {...said(`investigation.${field}`)}
            />
          ))}
        </div>
        <p className="mt-3 text-sm text-muted">{m.budgetsElsewhere}</p>
      </details>
    </div>
  );
}
