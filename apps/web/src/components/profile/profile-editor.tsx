"use client";

import type { ProfileArgument, ProfileConflict, ProfileSettings, ProfileView } from "@portico/services";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { GivenTool } from "@/components/access/tool-grant-choice.tsx";
import { KIND_WORDS } from "@/components/tool/kind.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { count } from "@/components/ui/figures.ts";
import { useUnsaved } from "@/components/ui/leaving.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { saveProfile } from "./actions.ts";
import { ArgumentRows, type KnownArgument, type ProfileDocument } from "./argument-rows.tsx";
import { FieldRow, type SettableField } from "./field-row.tsx";

/** A profile as it is kept. */
type Base = Pick<ProfileView, "name" | "settings" | "lock">;

/** All settings of one profile. Values are stored one by one, by themselves; everything else with the button at the end. */
export function ProfileEditor({
  serverId,
  profile,
  fields,
  tools,
  known,
  references,
  documents,
}: {
  serverId: string;
  profile: ProfileView;
  fields: SettableField[];
  tools: GivenTool[];
  known: KnownArgument[];
  /** Names of values in the environment, for who may refer to them. */
  references: readonly string[];
  /** What the tools come from, each with the server's own base URL. */
  documents: readonly (ProfileDocument & { baseUrl: string | null })[];
}) {
  // What the form stands on: what somebody else saves meanwhile is not written over.
  const [base, setBase] = useState<Base>(profile);
  const [name, setName] = useState(base.name);
  const [settings, setSettings] = useState<ProfileSettings>(base.settings);
  const [conflict, setConflict] = useState<ProfileConflict>();
  const [refusal, setRefusal] = useState<Extract<Outcome, { ok: false }>>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const router = useRouter();
  const { isOwn } = profile;
  const isChanged = name !== base.name || JSON.stringify(settings) !== JSON.stringify(base.settings);
  // The page was read again: a form in which nothing was typed shows what is there now, and any other stays as it is.
  if (profile.lock > base.lock && !isChanged && !isPending) stand(profile);
  useUnsaved({ what: "the settings of this profile", isUnsaved: () => isChanged });
  const change = (changes: Partial<ProfileSettings>) => setSettings((before) => ({ ...before, ...changes }));
  const setArguments = (rows: ProfileArgument[]) => change({ arguments: rows });
  const hidden = new Set(settings.hiddenTools);
  const shown = isOwn ? fields.filter(({ kind }) => kind === "credential") : fields;
  const errors = refusal?.fields ?? {};
  function put(shown: Pick<Base, "name" | "settings">) {
    setName(shown.name);
    setSettings(shown.settings);
  }
  /** Shows a profile as it is kept. */
  function stand(kept: Base) {
    setBase(kept);
    put(kept);
  }
  /** Back to what it was before it was saved, unless somebody changed it since then. */
  const goBack = async (before: Base, lock: number) => {
    const outcome = await saveProfile({
      ...{ serverId, id: profile.id, lock },
      ...{ name: before.name, settings: before.settings },
    });
    if (!outcome.ok) return outcome.message;
    if ("conflict" in outcome.value)
      return `${whoseOf(outcome.value.conflict)} changed it since then: it stays as it is`;
    stand(outcome.value.saved);
    toast("The profile is as it was before");
  };
  const save = (over?: ProfileConflict) =>
    start(async () => {
      // Over somebody else's change, undo leads back to theirs.
      const before = over?.theirs ?? base;
      const outcome = await saveProfile({ serverId, id: profile.id, name, settings, lock: before.lock });
      setRefusal(outcome.ok ? undefined : outcome);
      if (!outcome.ok) return;
      if ("conflict" in outcome.value) return setConflict(outcome.value.conflict);
      const { saved } = outcome.value;
      setConflict(undefined);
      setBase(saved);
      // What was typed while it was being saved stays.
      setName((now) => (now === name ? saved.name : now));
      setSettings((now) => (now === settings ? saved.settings : now));
      toast("The profile is saved and holds from the next call on", {
        label: "Undo",
        act: () => goBack(before, saved.lock),
      });
    });
  const takeTheirs = ({ theirs }: ProfileConflict) => {
    const mine = { name, settings };
    stand(theirs);
    setConflict(undefined);
    router.refresh();
    toast("The form shows theirs", { label: "Back to mine", act: () => put(mine) });
  };
  const setBaseUrl = (key: string, text: string) => {
    const { baseUrl, baseUrls, ...rest } = settings;
    const own = key === "" ? text : baseUrl;
    const others = Object.entries(key === "" ? { ...baseUrls } : { ...baseUrls, [key]: text }).filter(([, url]) => url);
    setSettings({
      ...rest,
      ...(own ? { baseUrl: own } : {}),
      ...(others.length > 0 ? { baseUrls: Object.fromEntries(others) } : {}),
    });
  };
  return (
    <form
      aria-label={`Profile ${profile.name}`}
      className="flex max-w-3xl flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {conflict ? (
        <Notice
          kind="problem"
          title={`${whoseOf(conflict)} changed this profile meanwhile, and yours was not saved`}
          action={
            <>
              <Button disabled={isPending} onClick={() => takeTheirs(conflict)}>
                Show theirs
              </Button>
              <Button isPending={isPending} onClick={() => save(conflict)}>
                Save mine over it
              </Button>
            </>
          }
        >
          What you typed is still here. Of theirs is otherwise: {differences(conflict.theirs, { name, settings })}.
        </Notice>
      ) : null}
      {refusal ? (
        <Notice kind="problem" title="The profile was not saved">
          {refusal.message}
          {Object.keys(errors).length > 0 ? (
            <ul className="mt-1 list-disc pl-5">
              {Object.entries(errors).map(([field, message]) => (
                <li key={field}>{message}</li>
              ))}
            </ul>
          ) : null}
        </Notice>
      ) : null}
      <div className="flex max-w-xl flex-col gap-4">
        <Field label="Name" error={errors.name}>
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              maxLength={100}
              required
              autoComplete="off"
            />
          )}
        </Field>
        {isOwn
          ? null
          : documents.map(({ key, title, baseUrl }, at) => (
              <Field
                key={key}
                label={documents.length > 1 ? `Base URL of ${title}` : "Base URL"}
                hint={
                  at === 0
                    ? "Where the tools call. Empty: where the server calls without a profile. A credential goes only where the tools called when it was stored."
                    : undefined
                }
                error={errors[key === "" ? "settings.baseUrl" : `settings.baseUrls.${key}`]}
              >
                {(control) => (
                  <Input
                    {...control}
                    type="url"
                    value={(key === "" ? settings.baseUrl : settings.baseUrls?.[key]) ?? ""}
                    placeholder={baseUrl ?? undefined}
                    onChange={(event) => setBaseUrl(key, event.target.value.trim())}
                    className="font-mono"
                    spellCheck={false}
                  />
                )}
              </Field>
            ))}
      </div>
      {shown.length > 0 ? (
        <Section
          title="Credentials and variables"
          lead={
            isOwn
              ? "Credentials of yours, in the place of what the shared profile has."
              : "What the organization fills in here holds for everybody with this profile. What each person fills in, nobody else ever sees."
          }
        >
          <ul className="divide-y rounded-card border bg-surface">
            {shown.map((field) => (
              <FieldRow
                key={field.field}
                {...{ serverId, profile, field, references }}
                holder={settings.fields[field.field] ?? "organization"}
                isSaved={profile.settings.fields[field.field] === settings.fields[field.field]}
                onHolder={(holder) => {
                  const { [field.field]: _before, ...rest } = settings.fields;
                  change({ fields: holder === "organization" ? rest : { ...rest, [field.field]: holder } });
                }}
              />
            ))}
          </ul>
        </Section>
      ) : null}
      <Section
        title="Arguments"
        lead="A fixed argument is always sent as it is here, and the model does not see it. A default is sent when the model leaves the argument out."
      >
        <ArgumentRows rows={settings.arguments} {...{ known, tools, documents, errors }} onChange={setArguments} />
      </Section>
      <Section
        title="Tools"
        lead={
          hidden.size === 0
            ? "All tools of the server are offered. Untick those that this profile hides."
            : `${count(hidden.size, "tool")} hidden. What is hidden is neither listed nor called.`
        }
      >
        <div className="max-h-80 overflow-y-auto rounded-card border bg-surface py-1">
          {tools.map((tool) => (
            <label key={tool.operation} className="flex cursor-pointer items-center gap-2 px-3 py-1.5 hover:bg-hover">
              <input
                type="checkbox"
                checked={!hidden.has(tool.operation)}
                onChange={(event) => {
                  const rest = settings.hiddenTools.filter((one) => one !== tool.operation);
                  change({ hiddenTools: event.target.checked ? rest : [...rest, tool.operation] });
                }}
                className="size-4 accent-accent"
              />
              <code className="min-w-0 flex-1 font-mono text-sm [overflow-wrap:anywhere]">{tool.name}</code>
              <Badge tone={tool.kind}>{KIND_WORDS[tool.kind]}</Badge>
            </label>
          ))}
        </div>
      </Section>
      <div className="sticky bottom-16 flex items-center gap-3 border-t bg-canvas py-3 md:bottom-0">
        <Button type="submit" look="primary" disabled={!isChanged} isPending={isPending}>
          Save profile
        </Button>
        {isChanged ? <span className="text-muted">Not saved yet</span> : null}
      </div>
    </form>
  );
}

function whoseOf({ isYou, who }: ProfileConflict): string {
  return isYou ? "You, in another window," : (who ?? "Somebody else");
}

/** What of a profile is otherwise in another state of it, in words. */
function differences(
  theirs: Pick<ProfileView, "name" | "settings">,
  mine: Pick<ProfileView, "name" | "settings">,
): string {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const [a, b] = [theirs.settings, mine.settings];
  const parts = [
    ...(theirs.name === mine.name ? [] : [`the name (${theirs.name})`]),
    ...(a.baseUrl === b.baseUrl && isSame(a.baseUrls ?? {}, b.baseUrls ?? {}) ? [] : ["where the tools call"]),
    ...(isSame(Object.entries(a.fields).sort(), Object.entries(b.fields).sort()) ? [] : ["who fills in what"]),
    ...(isSame(a.arguments, b.arguments) ? [] : ["arguments"]),
    ...(isSame([...a.hiddenTools].sort(), [...b.hiddenTools].sort()) ? [] : ["which tools are hidden"]),
  ];
  return parts.join(", ") || "nothing: they made the same change";
}

function Section({ title, lead, children }: { title: string; lead: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <header>
        <h2 className="font-semibold">{title}</h2>
        <p className="max-w-2xl text-muted">{lead}</p>
      </header>
      {children}
    </section>
  );
}
