"use client";

import type { ModelProviderView } from "@portico/services";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useId, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { findProviderModels, saveProvider } from "./actions.ts";
import { KIND_LABELS, USUAL_ADDRESSES } from "./kinds.ts";

type Kind = ModelProviderView["kind"];

/** Adds a provider, or changes one. */
export function ProviderDialog({ provider, trigger }: { provider?: ModelProviderView; trigger: ReactNode }) {
  // A new form each time: a key that was typed is gone with the dialog.
  const [round, setRound] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <Dialog
      title={provider ? `Change ${provider.name}` : "Add a model provider"}
      description="Its models answer in the chat of your servers and suggest better words for tools. They see nothing else."
      open={isOpen}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) setRound((n) => n + 1);
      }}
      trigger={trigger}
    >
      <ProviderForm key={round} provider={provider} onSaved={close} />
    </Dialog>
  );
}

function ProviderForm({ provider, onSaved }: { provider: ModelProviderView | undefined; onSaved: () => void }) {
  const { state, isPending, form } = useFormAction(saveProvider, null);
  const [kind, setKind] = useState<Kind>(provider?.kind ?? "openai");
  const [name, setName] = useState(provider?.name ?? KIND_LABELS.openai);
  const toast = useToast();
  const router = useRouter();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!state?.ok) return;
    toast(`${state.value.name} is saved`);
    onSaved();
    // Only now: the page that has the first provider has another dialog.
    router.refresh();
  }, [state, toast, onSaved, router]);
  const fields = state && !state.ok ? state.fields : {};
  const isOwn = kind === "compatible";
  const choose = (next: Kind) => {
    // A name that nobody chose follows the kind.
    if (name === KIND_LABELS[kind] || name === "") setName(next === "compatible" ? "" : KIND_LABELS[next]);
    setKind(next);
  };
  return (
    <form {...form} ref={element} aria-label="Model provider" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      {provider ? <input type="hidden" name="id" value={provider.id} /> : null}
      <Field label="Provider" error={fields.kind}>
        {(control) => (
          <Select
            {...control}
            name="kind"
            value={kind}
            disabled={provider !== undefined}
            onChange={(event) => choose(event.target.value as Kind)}
          >
            {(Object.keys(KIND_LABELS) as Kind[]).map((one) => (
              <option key={one} value={one}>
                {KIND_LABELS[one]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Name" hint="What people see when they choose a model." error={fields.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Address"
        aside={isOwn ? null : <span className="text-sm text-muted">optional</span>}
        hint={
          isOwn
            ? "Where its API is: vLLM, Ollama, LiteLLM, OpenRouter and others. It often ends in /v1. Addresses in a private network have to be allowed by whoever runs Portico."
            : "Only where you reach it through an address of your own."
        }
        error={fields.baseUrl}
      >
        {(control) => (
          <Input
            {...control}
            name="baseUrl"
            type="url"
            required={isOwn}
            spellCheck={false}
            autoComplete="off"
            placeholder={USUAL_ADDRESSES[kind]}
            defaultValue={provider && provider.baseUrl !== USUAL_ADDRESSES[kind] ? provider.baseUrl : undefined}
          />
        )}
      </Field>
      <Field
        label="API key"
        aside={isOwn ? <span className="text-sm text-muted">if it asks for one</span> : null}
        hint={
          provider?.hasKey
            ? "Stored, and never shown. Fill it in to replace it; another address needs it anew."
            : "Stored encrypted, sent to this provider alone, and never shown again."
        }
        error={fields.apiKey}
      >
        {(control) => (
          <Input
            {...control}
            name="apiKey"
            type="password"
            required={!isOwn && !provider?.hasKey}
            autoComplete="new-password"
            spellCheck={false}
          />
        )}
      </Field>
      <ModelField
        error={fields.model}
        value={provider?.model ?? ""}
        read={() => {
          const data = new FormData(element.current ?? undefined);
          const text = (field: string) => String(data.get(field) ?? "").trim();
          const [baseUrl, apiKey] = [text("baseUrl"), text("apiKey")];
          // What was typed is what is meant, and a stored key is for the stored address.
          const isStored = provider && apiKey === "" && (baseUrl === "" || baseUrl === provider.baseUrl);
          return { ...(isStored ? { id: provider.id } : {}), kind, baseUrl, apiKey };
        }}
      />
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          {provider ? "Save" : "Add model provider"}
        </Button>
      </div>
    </form>
  );
}

/** The model that is used where nobody says another: typed, or one of those that the provider has. */
function ModelField({
  value,
  error,
  read,
}: {
  value: string;
  error: string | undefined;
  read: () => Parameters<typeof findProviderModels>[0];
}) {
  const [model, setModel] = useState(value);
  const [found, setFound] = useState<{ id: string; title?: string }[]>();
  const [said, setSaid] = useState<{ text: string; isProblem: boolean }>();
  const [isFinding, start] = useTransition();
  const list = useId();
  const find = () =>
    start(async () => {
      setSaid(undefined);
      const outcome = await findProviderModels(read());
      if (!outcome.ok) return setSaid({ text: Object.values(outcome.fields)[0] ?? outcome.message, isProblem: true });
      if (!outcome.value)
        return setSaid({ text: "This provider does not say which models it has: type one.", isProblem: false });
      setFound(outcome.value);
      setSaid({ text: `${count(outcome.value.length, "model")} found.`, isProblem: false });
      if (model === "" && outcome.value.length === 1) setModel(outcome.value[0]?.id ?? "");
    });
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Model"
        error={error}
        hint="The one that is used first. In the chat another can be chosen. It has to be able to call tools."
      >
        {(control) => (
          <div className="flex gap-2">
            <Input
              {...control}
              name="model"
              required
              list={list}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-sm"
              value={model}
              onChange={(event) => setModel(event.target.value)}
            />
            <Button icon={<Search size={16} aria-hidden />} isPending={isFinding} onClick={find} className="h-9">
              Find models
            </Button>
          </div>
        )}
      </Field>
      <datalist id={list}>
        {found?.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </datalist>
      {said?.isProblem ? (
        <Notice kind="problem" title="The models were not found">
          {said.text}
        </Notice>
      ) : (
        <p role="status" className="text-sm text-muted empty:hidden">
          {said?.text}
        </p>
      )}
    </div>
  );
}
