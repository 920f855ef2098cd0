"use client";

import type { ConnectChoice, ConnectPicks, ProfileChoice, ServerDescription } from "@portico/services";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { OwnFields } from "@/components/profile/own-fields.tsx";
import { firstChoice, ProfilePicker } from "@/components/profile/profile-choice.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { fillIn, signInToConnect } from "./actions.ts";
import { SignInNotice, type SignInOutcome } from "./sign-in-notice.tsx";
import { ToolKinds } from "./tool-kinds.tsx";
import { ToolsChoice } from "./tools-choice.tsx";

type Refusal = Extract<Outcome, { ok: false }>;

/**
 * What a person decides: profile, fields, tools, how long. What they fill in is stored first, and only the choice goes to the authorization
 * server. Without scripts a profile that asks for nothing can still be chosen.
 */
export function ConnectForm({
  uid,
  clientName,
  server,
  profiles,
  before,
  isReadOnly,
  picks,
  signIn,
}: {
  uid: string;
  clientName: string;
  server: Pick<ServerDescription, "title" | "tools">;
  profiles: ProfileChoice[];
  /** Of a client that was connected before. */
  before: (Pick<ConnectChoice, "profileId" | "tools"> & { days?: number }) | null;
  /** It is asked for the URL that only reads: there is nothing to choose then. */
  isReadOnly: boolean;
  /** What was picked before the person went to sign in at the API. */
  picks: ConnectPicks | null;
  signIn: SignInOutcome | undefined;
}) {
  const [profileId, setProfileId] = useState(firstChoice(profiles, picks?.profileId ?? before?.profileId));
  const [tools, setTools] = useState(() => toolsOf(picks) ?? before?.tools ?? "all");
  const [refusal, setRefusal] = useState<Refusal>();
  const [isPending, start] = useTransition();
  const own = useRef<HTMLFieldSetElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const profile = profiles.find(({ id }) => id === profileId);
  const hidden = new Set(profile?.hiddenTools);
  const offered = server.tools.filter(({ operation }) => !hidden.has(operation));
  const fields = profile?.fields ?? [];

  useEffect(() => {
    const kept = picks?.tools === "chosen" && sessionStorage.getItem(keptAs(uid));
    if (kept) setTools({ operations: JSON.parse(kept) as string[] });
  }, [uid, picks]);

  const refuse = (outcome: Refusal) => {
    setRefusal(outcome);
    const [first] = Object.keys(outcome.fields);
    if (first) own.current?.querySelector<HTMLElement>(`[name="value ${CSS.escape(first)}"]`)?.focus();
  };
  const goAndSignIn = (field: string) => {
    if (!form.current) return;
    const typed = new FormData(form.current);
    // The address that leads back has no room for it.
    if (typeof tools !== "string") sessionStorage.setItem(keptAs(uid), JSON.stringify(tools.operations));
    start(async () => {
      const outcome = await signInToConnect(uid, field, typed);
      if (outcome.ok) window.location.assign(outcome.value.url);
      else refuse(outcome);
    });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    if (fields.length === 0) return;
    event.preventDefault();
    const typed = new FormData(form);
    start(async () => {
      const outcome = await fillIn(uid, typed);
      if (!outcome.ok) return refuse(outcome);
      // What was filled in is stored: it does not travel on.
      if (own.current) own.current.disabled = true;
      form.submit();
    });
  };
  return (
    <>
      <SignInNotice outcome={signIn} next={`One step is left: connect ${clientName} below.`} />
      <form
        ref={form}
        method="post"
        action={`/oauth/interaction/${encodeURIComponent(uid)}`}
        onSubmit={submit}
        className="flex flex-col gap-6"
      >
        <input type="hidden" name="decision" value="approve" />
        <input type="hidden" name="profile" value={profileId} />
        {refusal ? (
          <Notice kind="problem" title="Not connected yet">
            {refusal.message}
          </Notice>
        ) : null}
        <ProfilePicker
          profiles={profiles}
          value={profileId}
          onChange={(id) => {
            setRefusal(undefined);
            setProfileId(id);
          }}
        />
        {fields.length > 0 ? (
          <fieldset ref={own} key={profileId} className="flex flex-col gap-4">
            <legend className="mb-2 font-medium">What {server.title} needs from you</legend>
            <noscript>
              <Notice title="Scripts are off">
                Turn them on for this page, or fill this in under Your connections first.
              </Notice>
            </noscript>
            <OwnFields fields={fields} errors={refusal?.fields ?? {}} onSignIn={goAndSignIn} isBusy={isPending} />
          </fieldset>
        ) : null}
        {isReadOnly ? (
          <div className="flex flex-col gap-3">
            <p className="font-medium">What it may do: reading only</p>
            <input type="hidden" name="tools" value="reading" />
            <ToolKinds tools={offered} />
          </div>
        ) : (
          <ToolsChoice value={tools} tools={offered} onChange={setTools} />
        )}
        <Field label="For how long">
          {(control) => (
            <Select {...control} name="days" defaultValue={(picks ?? before)?.days ?? ""} className="h-11 text-md">
              <option value="">Until I end it</option>
              <option value="30">30 days</option>
              <option value="1">1 day</option>
            </Select>
          )}
        </Field>
        <Button
          type="submit"
          look="primary"
          size="large"
          isPending={isPending}
          className="h-auto min-h-11 py-2 whitespace-normal"
        >
          Connect {clientName} to {server.title}
        </Button>
      </form>
      <form method="post" action={`/oauth/interaction/${encodeURIComponent(uid)}`} className="-mt-4 flex flex-col">
        <button type="submit" name="decision" value="deny" className={buttonClass({ look: "quiet", size: "large" })}>
          Cancel
        </button>
      </form>
    </>
  );
}

const keptAs = (uid: string) => `portico-connect-tools:${uid}`;

/** What was picked before the person went to sign in. Which tools were chosen only their browser knows; until it says so it is none. */
function toolsOf(picks: ConnectPicks | null): ConnectChoice["tools"] | undefined {
  return picks?.tools === "chosen" ? { operations: [] } : picks?.tools;
}
