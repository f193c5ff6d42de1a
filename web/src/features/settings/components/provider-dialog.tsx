import { type SubmitEvent, useState } from "react";
import type { ModelProvider, ModelsSettings } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Choice, Field } from "@/components/field";
import { modelsSettings as m } from "@/messages/models-settings";
import { type ModelDraft, NEW_PROVIDER } from "../model-draft";
import { KeyField } from "./key-field";
import { NumberField } from "./number-field";

interface Props {
  /** Empty for a new one. */
  name: string;
  draft: ModelDraft;
  kept: ModelsSettings;
  wrong: Record<string, string>;
  onTake: (name: string, provider: ModelProvider, asked: boolean, key: string | null | undefined) => void;
  onClose: () => void;
}

const TEXTS = ["ca_file", "proxy", "api_version"] as const;
const NUMBERS = ["max_tokens", "context_tokens", "timeout_seconds", "silence_seconds"] as const;
const AMOUNTS = ["temperature", "price_input", "price_output"] as const;

/** One provider: what it must have, and behind a fold what it may have. */
export function ProviderDialog({ name: of, draft, kept, wrong, onTake, onClose }: Props) {
  const [name, setName] = useState(of);
  const [provider, setProvider] = useState(draft.section.provider[of] ?? NEW_PROVIDER);
  const [asked, setAsked] = useState(of === "" || draft.section.order.includes(of));
  const [key, setKey] = useState<string | null | undefined>(draft.keys[of]);
  const taken = of === "" && name in draft.section.provider;

  const set = (change: Partial<ModelProvider>) => setProvider({ ...provider, ...change });
  const said = (field: string) => {
    const path = `provider.${of}.${field}`;
    const variable = kept.environment.find((one) => one.field === path)?.variable;
    return {
      wrong: wrong[path],
      disabled: variable !== undefined,
      hint: variable ? m.fromEnvironment(variable) : m.hints[field],
    };
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!taken) onTake(name.trim(), provider, asked, key || key === null ? key : undefined);
  };
  const text = (field: "endpoint" | "model", example: string) => (
    <Field
      label={m.fields[field] ?? field}
      required
      placeholder={example}
      value={provider[field]}
      onChange={({ target }) => set({ [field]: target.value })}
      autoComplete="off"
      spellCheck={false}
      {...said(field)}
    />
  );
  return (
    <Dialog title={of === "" ? m.addProvider : m.editOne(of)} onClose={onClose} wide>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
          {of === "" && (
            <Field
              label={m.name}
              hint={m.nameAbout}
              wrong={taken ? m.nameTaken(name) : undefined}
              required
              pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,62}"
              value={name}
              onChange={({ target }) => setName(target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          <Choice
            label={m.fields.kind ?? ""}
            options={m.kinds}
            value={provider.kind}
            onChange={({ target }) => set({ kind: target.value as ModelProvider["kind"] })}
            {...said("kind")}
          />
          {text("endpoint", m.endpointExample)}
          {text("model", m.modelExample)}
          <KeyField
            source={kept.keys[of]}
            typed={key}
            onChange={setKey}
            wrong={wrong[`provider.${of}.key`] ?? wrong[`provider.${of}.key_file`]}
          />
        </div>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={asked} onChange={({ target }) => setAsked(target.checked)} />
          {m.askedByItself}
        </label>
        <details>
          <summary className="w-fit text-sm text-muted hover:text-text">{m.more}</summary>
          <div className="mt-3 grid grid-cols-2 items-start gap-4 max-sm:grid-cols-1">
            {NUMBERS.map((field) => (
              <NumberField
                key={field}
                label={m.fields[field] ?? field}
                value={provider[field]}
                onChange={(value) => set({ [field]: value })}
                {...said(field)}
              />
            ))}
            {AMOUNTS.map((field) => (
              <NumberField
                key={field}
                label={m.fields[field] ?? field}
                value={provider[field]}
                whole={false}
                onChange={(value) => set({ [field]: value })}
                {...said(field)}
              />
            ))}
            <Choice
              label={m.fields.answer ?? ""}
              options={m.forms}
              value={provider.answer}
              onChange={({ target }) => set({ answer: target.value as ModelProvider["answer"] })}
              {...said("answer")}
            />
            <Choice
              label={m.fields.limit_field ?? ""}
              options={m.limitFields}
              value={provider.limit_field}
              onChange={({ target }) => set({ limit_field: target.value as ModelProvider["limit_field"] })}
              {...said("limit_field")}
            />
            {TEXTS.map((field) => (
              <Field
                key={field}
                label={m.fields[field] ?? field}
                value={provider[field] ?? ""}
                onChange={({ target }) => set({ [field]: target.value === "" ? null : target.value })}
                autoComplete="off"
                spellCheck={false}
                {...said(field)}
              />
            ))}
            <Field
              label={m.fields.key_file ?? ""}
              value={provider.key_file ?? ""}
              onChange={({ target }) => set({ key_file: target.value === "" ? null : target.value })}
              autoComplete="off"
              spellCheck={false}
              {...said("key_file")}
            />
          </div>
        </details>
        <div className="flex flex-wrap items-center gap-2">
          <Button tone="primary" type="submit">
            {m.done}
          </Button>
          <Button onClick={onClose}>{m.cancel}</Button>
          <p className="text-sm text-muted">{m.nothingYet}</p>
        </div>
      </form>
    </Dialog>
  );
}
