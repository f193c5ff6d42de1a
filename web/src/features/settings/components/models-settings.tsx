import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/errors";
import type { ModelProvider, ModelsSettings, WrongSettings } from "@/api/types";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Panel } from "@/components/panel";
import { Pending } from "@/components/pending";
import { modelsSettings as m } from "@/messages/models-settings";
import { modelsSettingsOptions, useChangeModels } from "../api/models-settings";
import { changes, type ModelDraft, onto, withoutProvider, withProvider } from "../model-draft";
import { ModelsReview } from "./models-review";
import { ModelsTogether } from "./models-together";
import { ProviderDialog } from "./provider-dialog";
import { ProviderList } from "./provider-list";

/** How the language models are configured; for administrators. */
export function ModelsSettingsPart() {
  const { data, isPending, error, refetch } = useQuery(modelsSettingsOptions);
  return (
    <Panel title={m.configuration}>
      {data ? (
        <Editor kept={data} reload={async () => (await refetch()).data ?? data} />
      ) : (
        <div className="p-4">
          <Pending
            label={m.loadingConfiguration}
            waiting={isPending}
            title={m.notLoadedConfiguration}
            error={error}
            onRetry={() => void refetch()}
            rows={3}
          />
        </div>
      )}
    </Panel>
  );
}

const untouched = (kept: ModelsSettings): ModelDraft => ({ section: kept.settings, keys: {} });

/** The fields that the server refused, with the reason of each. */
function wrongIn(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || error.status !== 422) return {};
  const fields = (error.details as WrongSettings | null)?.fields ?? [];
  return Object.fromEntries(fields.map(({ field, message }) => [field, message]));
}

interface Props {
  kept: ModelsSettings;
  reload: () => Promise<ModelsSettings>;
}

function Editor({ kept, reload }: Props) {
  const [base, setBase] = useState(kept);
  const [draft, setDraft] = useState(() => untouched(kept));
  /** The provider that is edited; an empty name for a new one. */
  const [edited, setEdited] = useState<string | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const save = useChangeModels();
  const wrong = wrongIn(save.error);
  const changed = changes(base.settings, draft);
  const touched = changed.length > 0 || Object.keys(draft.keys).length > 0;
  const behind = save.error instanceof ApiError && save.error.code === "configuration_changed";

  const begin = (from: ModelsSettings, next = untouched(from)) => {
    setBase(from);
    setDraft(next);
  };
  const submit = () => {
    setReviewing(false);
    const body = { version: base.version, settings: draft.section, keys: draft.keys };
    save.mutate(body, { onSuccess: (saved) => begin(saved) });
  };
  const take = (name: string, provider: ModelProvider, asked: boolean, key: string | null | undefined) => {
    setDraft(withProvider(draft, name, provider, asked, key));
    setEdited(null);
  };
  return (
    <>
      <p className="border-b border-line2 px-4 py-3 text-sm break-words text-muted">
        {base.read_only ?? m.configurationAbout(base.file)} {!base.in_use && m.notInUse}
      </p>
      <fieldset disabled={Boolean(base.read_only) || save.isPending} className="min-w-0">
        <legend className="sr-only">{m.configuration}</legend>
        <ProviderList
          draft={draft}
          wrong={wrong}
          onOrder={(order) => setDraft({ ...draft, section: { ...draft.section, order } })}
          onEdit={setEdited}
          onRemove={(name) => setDraft(withoutProvider(draft, name))}
        />
        <ModelsTogether
          section={draft.section}
          environment={base.environment}
          wrong={wrong}
          onChange={(section) => setDraft({ ...draft, section })}
        />
      </fieldset>
      <div className="flex flex-col gap-3 px-4 py-3.5">
        {save.error && (
          <ErrorNotice
            title={m.notSaved}
            error={save.error}
            onRetry={behind ? undefined : () => setReviewing(true)}
          />
        )}
        {behind && (
          <div>
            <Button
              onClick={() =>
                void reload().then((fresh) => {
                  begin(fresh, onto(fresh.settings, base.settings, draft));
                  save.reset();
                })
              }
            >
              {m.loadAgain}
            </Button>
            <p className="mt-1 text-sm text-muted">{m.loadAgainAbout}</p>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            tone="primary"
            disabled={!touched || Boolean(base.read_only) || save.isPending}
            onClick={() => setReviewing(true)}
          >
            {m.review}
          </Button>
          {touched && (
            <Button
              onClick={() => {
                begin(base);
                save.reset();
              }}
            >
              {m.discard}
            </Button>
          )}
          <p role="status" className="text-sm text-muted">
            {save.isPending
              ? m.saving
              : touched
                ? m.unsaved(changed.length + Object.keys(draft.keys).length)
                : save.isSuccess && m.saved}
          </p>
        </div>
      </div>
      {edited !== null && (
        <ProviderDialog
          name={edited}
          draft={draft}
          kept={base}
          wrong={wrong}
          onTake={take}
          onClose={() => setEdited(null)}
        />
      )}
      {reviewing && (
        <ModelsReview
          changes={changed}
          keys={draft.keys}
          onSave={submit}
          onClose={() => setReviewing(false)}
        />
      )}
    </>
  );
}
