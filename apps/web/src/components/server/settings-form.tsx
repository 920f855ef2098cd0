"use client";

import type { DraftSize, ServerDetail } from "@portico/services";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveSettings } from "./actions.ts";
import { IconField } from "./icon-field.tsx";
import { type ListLimits, SearchSuggestion } from "./search-suggestion.tsx";
import { ToolModeChoice } from "./tool-mode-choice.tsx";

const DIALECTS = [
  ["auto", "Chosen for each client"],
  ["full", "Full JSON Schema"],
  ["safe", "Safe: the keywords that every client takes"],
  ["openai-strict", "OpenAI strict"],
  ["gemini", "Gemini"],
] as const;

/** Everything about a server that is not its tools. */
export function SettingsForm({
  server,
  urlStart,
  size,
  limits,
  iconBytesMax,
}: {
  server: ServerDetail;
  urlStart: string;
  /** Of the draft. */
  size: DraftSize;
  limits: ListLimits;
  iconBytesMax: number;
}) {
  const { state, isPending, form } = useFormAction(saveSettings, null);
  const [slug, setSlug] = useState(server.slug);
  const toast = useToast();
  useEffect(() => {
    if (state?.ok) toast("The settings are saved");
  }, [state, toast]);
  const fields = state && !state.ok ? state.fields : {};
  const others = server.documents.length - 1;
  return (
    <form {...form} aria-label="Settings" className="flex max-w-2xl flex-col gap-5" key={server.lock}>
      {state && !state.ok ? (
        <Notice kind="problem" title="The settings were not saved">
          {state.message}
        </Notice>
      ) : null}
      <input type="hidden" name="id" value={server.id} />
      <input type="hidden" name="pageSlug" value={server.slug} />
      <input type="hidden" name="lock" value={server.lock} />
      <Field label="Title" error={fields.title} hint="Clients show it. Served from the next publish on.">
        {(control) => <Input {...control} name="title" defaultValue={server.title} maxLength={200} required />}
      </Field>
      <IconField initial={server.icon} bytesMax={iconBytesMax} error={fields.icon} />
      <Field
        label="Slug"
        error={fields.slug}
        hint={
          <>
            The end of the URL:{" "}
            <code className="font-mono text-xs [overflow-wrap:anywhere]">
              {urlStart}
              {slug}
            </code>
            {slug === server.slug ? null : (
              <strong className="mt-1 block font-medium text-ink">
                The old URL stops working at once, and every client has to connect again.
              </strong>
            )}
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            name="slug"
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            title="Lower-case letters, digits and single dashes"
            maxLength={48}
            required
            spellCheck={false}
            className="font-mono"
          />
        )}
      </Field>
      <Field label="Description" error={fields.description} hint="For people, on the server's page.">
        {(control) => (
          <Textarea {...control} name="description" defaultValue={server.description ?? ""} maxLength={2_000} />
        )}
      </Field>
      <Field
        label="Instructions for models"
        error={fields.instructions}
        hint="What a model should know before it uses any of the tools. Served from the next publish on."
      >
        {(control) => (
          <Textarea
            {...control}
            name="instructions"
            defaultValue={server.instructions ?? ""}
            maxLength={8_000}
            rows={5}
          />
        )}
      </Field>
      <Field
        label={others > 0 ? `Base URL of ${server.document.title}` : "Base URL"}
        aside={<span className="text-sm text-muted">optional</span>}
        error={fields.baseUrl}
        hint={`Where calls go instead of the address in the document. Served from the next publish on.${others > 0 ? " Those of the other documents are on the overview." : ""}`}
      >
        {(control) => (
          <Input
            {...control}
            name="baseUrl"
            type="url"
            defaultValue={server.baseUrl ?? ""}
            placeholder="https://api.example.com/v1"
            spellCheck={false}
            className="font-mono text-sm"
          />
        )}
      </Field>
      <ToolModeChoice initial={server.toolMode}>
        {server.toolMode === "list" ? <SearchSuggestion {...size} limits={limits} /> : null}
      </ToolModeChoice>
      <Field
        label="How parameters are described"
        error={fields.dialect}
        hint="Clients differ in what they understand of a schema. Served from the next publish on."
      >
        {(control) => (
          <Select {...control} name="dialect" defaultValue={server.dialect}>
            {DIALECTS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Clients without prompts or resources"
        error={fields.standInTools}
        hint="ChatGPT, Codex, Gemini CLI and others know only tools, or only one of the two. Up to four more tools give them this server's prompts and resources, if it has any. Served from the next publish on."
      >
        {(control) => (
          <Select {...control} name="standInTools" defaultValue={server.standInTools ? "on" : "off"}>
            <option value="on">Get them as tools</option>
            <option value="off">Do without them</option>
          </Select>
        )}
      </Field>
      <Field
        label="Answers that are too long"
        error={fields.readAnswers}
        hint="The beginning is shown, and all of it is kept for 15 minutes for whoever asked. One more tool lets the model search in it and read on. Served from the next publish on."
      >
        {(control) => (
          <Select {...control} name="readAnswers" defaultValue={server.readAnswers ? "on" : "off"}>
            <option value="off">Can be downloaded</option>
            <option value="on">Can be read on by the model, too</option>
          </Select>
        )}
      </Field>
      <Field
        label="Texts among the resources"
        error={fields.searchTexts}
        hint="Handbooks, terms, answers to frequent questions: paste them as texts under Prompts & resources. One more tool then finds the passages that a question is about, and reads on in them. Served from the next publish on."
      >
        {(control) => (
          <Select {...control} name="searchTexts" defaultValue={server.searchTexts ? "on" : "off"}>
            <option value="off">Can be read whole</option>
            <option value="on">Can be searched by the model, too</option>
          </Select>
        )}
      </Field>
      <div>
        <Button type="submit" look="primary" isPending={isPending}>
          Save settings
        </Button>
      </div>
    </form>
  );
}
