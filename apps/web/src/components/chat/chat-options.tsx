"use client";

import { useEffect, useId, useState } from "react";
import { callRest } from "@/components/try/call-rest.ts";
import { ProfileField, type ProfileName, statesOf, VersionField } from "@/components/try/try-as.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import type { ProviderChoice } from "./chat-view.tsx";
import type { ChatSettings } from "./use-chat.ts";

interface Model {
  id: string;
  title?: string;
}

/** Which model has which tools, as whom, and where their answers come from. */
export function ChatOptions({
  settings,
  providers,
  profiles,
  isPublished,
  isDisabled,
  onChange,
}: {
  settings: ChatSettings;
  providers: ProviderChoice[];
  profiles: ProfileName[];
  isPublished: boolean;
  isDisabled: boolean;
  onChange: (settings: ChatSettings) => void;
}) {
  const { providerId, model = "", on = "draft", from = "api", profileId } = settings;
  const models = useModels(providerId);
  const list = useId();
  const set = (change: Partial<ChatSettings>) => onChange({ ...settings, ...change });
  return (
    <fieldset disabled={isDisabled} className="grid grid-cols-2 gap-3 lg:grid-cols-5">
      <legend className="sr-only">What the chat is with</legend>
      {providers.length > 1 ? (
        <Field label="Provider">
          {(control) => (
            <Select
              {...control}
              value={providerId}
              onChange={({ target }) => {
                const next = providers.find(({ id }) => id === target.value);
                if (next) set({ providerId: next.id, model: next.model });
              }}
            >
              {providers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      <Field label={providers.length > 1 ? "Model" : `Model of ${providers[0]?.name ?? ""}`}>
        {(control) => (
          <>
            <Input
              {...control}
              list={list}
              value={model}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm"
              onChange={({ target }) => set({ model: target.value.trim() })}
            />
            <datalist id={list}>
              {models.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      <VersionField label="Tools as" value={on} states={statesOf(isPublished)} onChange={(on) => set({ on })} />
      <Field label="Answers from">
        {(control) => (
          <Select
            {...control}
            value={from}
            onChange={({ target }) => set({ from: target.value as NonNullable<ChatSettings["from"]> })}
          >
            <option value="api">The API itself</option>
            <option value="example">The document’s examples</option>
            <option value="sample">The kept samples</option>
          </Select>
        )}
      </Field>
      <ProfileField
        profiles={profiles}
        value={profileId ?? ""}
        onChange={(id) => set({ profileId: id === "" ? null : id })}
      />
    </fieldset>
  );
}

/** What can be chosen, where the provider says so. Another model can be typed all the same. */
function useModels(providerId: string): Model[] {
  const [models, setModels] = useState<Model[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    setModels([]);
    callRest<{ items: Model[] | null }>(
      "GET",
      `/api/v1/model-providers/${providerId}/models`,
      undefined,
      abort.signal,
    ).then((answer) => {
      if (answer.ok && !abort.signal.aborted) setModels(answer.value.items ?? []);
    });
    return () => abort.abort();
  }, [providerId]);
  return models;
}
