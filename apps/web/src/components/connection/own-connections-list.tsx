"use client";

import type { OwnConnection, ServerDescription } from "@portico/services";
import { CircleAlert } from "lucide-react";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { OwnFields } from "@/components/profile/own-fields.tsx";
import { firstChoice, ProfilePicker } from "@/components/profile/profile-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import type { Outcome } from "@/server/outcome.ts";
import { changeConnection, endMyConnection, forgetValue, readConnectionTools, signInForConnection } from "./actions.ts";
import { SignInNotice, type SignInOutcome } from "./sign-in-notice.tsx";
import { ToolsChoice } from "./tools-choice.tsx";
import { toolsWords } from "./tools-words.ts";

/**
 * A person's own connections. `edit`: the one whose settings are open at first, as a link says that something is missing. `signIn`: what
 * came of the sign-in at the API that they come back from.
 */
export function OwnConnectionsList({
  connections,
  edit,
  signIn,
}: {
  connections: OwnConnection[];
  edit: string | undefined;
  signIn: SignInOutcome | undefined;
}) {
  return (
    <ul aria-label="Your connections" className="divide-y rounded-card border bg-surface">
      {connections.map((connection) => (
        <li key={connection.id} className="flex flex-wrap items-center gap-x-6 gap-y-3 px-4 py-4">
          <div className="min-w-48 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">
              {connection.clientName} <span className="font-normal text-muted">to</span>{" "}
              <a href={connection.server.pageUrl} className="underline underline-offset-2">
                {connection.server.title}
              </a>
            </p>
            <p className="text-muted [overflow-wrap:anywhere]">{aboutConnection(connection)}</p>
            {attentionOf(connection).map((text) => (
              <p key={text} className="mt-1 flex gap-1.5 font-medium">
                <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
                {text}
              </p>
            ))}
          </div>
          <p className="text-sm text-muted">
            {connection.expiresAt ? (
              <>
                Ends <Time at={connection.expiresAt} />
              </>
            ) : (
              "Until you end it"
            )}
            <br />
            {connection.lastUsedAt ? (
              <>
                Used <Time at={connection.lastUsedAt} />
              </>
            ) : (
              <>
                Connected <Time at={connection.createdAt} />
              </>
            )}
          </p>
          <div className="flex gap-2">
            <ChangeDialog connection={connection} isOpenAtFirst={connection.id === edit} signIn={signIn} />
            <Confirm
              title={`End ${connection.clientName} to ${connection.server.title}`}
              verb="End connection"
              isDestroying
              done="The connection has ended"
              act={() => endMyConnection(connection.id)}
              trigger={
                <Button look="quiet" aria-label={`End ${connection.clientName} to ${connection.server.title}`}>
                  End
                </Button>
              }
            >
              {connection.clientName} loses access within a second. What you filled in stays stored for the next time;
              removing it is under Change.
            </Confirm>
          </div>
        </li>
      ))}
    </ul>
  );
}

function ChangeDialog({
  connection,
  isOpenAtFirst,
  signIn,
}: {
  connection: OwnConnection;
  isOpenAtFirst: boolean;
  signIn: SignInOutcome | undefined;
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  // A new form each time: what was left unsaved is not there again.
  const [round, setRound] = useState(0);
  const { clientName, server } = connection;
  return (
    <Dialog
      title={`${clientName} to ${server.title}`}
      open={isOpen}
      onOpenChange={(next) => {
        setRound((n) => n + 1);
        setOpen(next);
      }}
      trigger={<Button aria-label={`Change ${clientName} to ${server.title}`}>Change</Button>}
    >
      <ChangeForm
        key={round}
        connection={connection}
        // Of the form that the browser came back to, not of one that is opened later.
        signIn={isOpenAtFirst && round === 0 ? signIn : undefined}
        onDone={() => setOpen(false)}
      />
    </Dialog>
  );
}

function ChangeForm({
  connection,
  signIn,
  onDone,
}: {
  connection: OwnConnection;
  signIn: SignInOutcome | undefined;
  onDone: () => void;
}) {
  const { profiles } = connection;
  const [profileId, setProfileId] = useState(firstChoice(profiles, connection.profileId));
  const [tools, setTools] = useState(connection.tools);
  const [refusal, setRefusal] = useState<Extract<Outcome, { ok: false }>>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const fields = profiles.find(({ id }) => id === profileId)?.fields ?? [];
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    start(async () => {
      const outcome = await changeConnection(connection.id, form);
      if (!outcome.ok) return setRefusal(outcome);
      toast("Changed, from the next call on");
      onDone();
    });
  };
  const forget = (field: string) =>
    start(async () => {
      const outcome = await forgetValue(connection.id, profileId, field);
      if (!outcome.ok) return setRefusal(outcome);
      toast("Removed, from the next call on");
    });
  const goAndSignIn = (field: string) =>
    start(async () => {
      const outcome = await signInForConnection(connection.id, profileId, field);
      if (outcome.ok) window.location.assign(outcome.value.url);
      else setRefusal(outcome);
    });
  return (
    <form onSubmit={save} className="flex flex-col gap-5">
      <input type="hidden" name="profile" value={profileId} />
      <SignInNotice outcome={signIn} next="Calls use your account from the next one on." />
      {refusal ? (
        <Notice kind="problem" title="Nothing was changed">
          {refusal.message}
        </Notice>
      ) : null}
      <ProfilePicker profiles={profiles} value={profileId} onChange={setProfileId} />
      {fields.length > 0 ? (
        <fieldset key={profileId} className="flex flex-col gap-4">
          <legend className="mb-2 font-medium">What {connection.server.title} needs from you</legend>
          <OwnFields
            fields={fields}
            errors={refusal?.fields ?? {}}
            onSignIn={goAndSignIn}
            isBusy={isPending}
            onForget={forget}
          />
        </fieldset>
      ) : null}
      {connection.isReadOnly ? (
        <>
          <p className="text-muted">
            {connection.clientName} is connected to the URL that only reads. For more, connect it to the full URL.
          </p>
          <input type="hidden" name="tools" value="reading" />
        </>
      ) : (
        <ToolsOf connectionId={connection.id} value={tools} onChange={setTools} />
      )}
      <Field label="For how long">
        {(control) => (
          <Select {...control} name="days" defaultValue="keep">
            <option value="keep">As it is</option>
            <option value="">Until I end it</option>
            <option value="30">30 days from now</option>
            <option value="1">1 day from now</option>
          </Select>
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save changes
        </Button>
      </div>
    </form>
  );
}

/** The choice of tools, once it is known what there is to choose from. Until then it stays what it was. */
function ToolsOf({
  connectionId,
  value,
  onChange,
}: {
  connectionId: string;
  value: OwnConnection["tools"];
  onChange: (tools: OwnConnection["tools"]) => void;
}) {
  const [found, setFound] = useState<Outcome<ServerDescription["tools"]>>();
  useEffect(() => {
    void readConnectionTools(connectionId).then(setFound);
  }, [connectionId]);
  if (found?.ok) return <ToolsChoice value={value} tools={found.value} onChange={onChange} />;
  return (
    <>
      <input type="hidden" name="tools" value={typeof value === "string" ? value : "chosen"} />
      {typeof value === "string" ? null : (
        <input type="hidden" name="operations" value={JSON.stringify(value.operations)} />
      )}
      <p role="status" className="text-muted">
        {found ? found.message : "Loading the tools…"}
      </p>
    </>
  );
}

function chosenProfile({ profiles, profileId }: OwnConnection) {
  return profiles.find(({ id, isDefault }) => (profileId === null ? isDefault : id === profileId));
}

/** What the person has to do before all of its calls work, a line each. */
function attentionOf(connection: OwnConnection): string[] {
  const lines = (chosenProfile(connection)?.fields ?? []).flatMap(({ setAt, signIn }) => {
    if (!signIn) return setAt === null ? ["Something is still to be filled in"] : [];
    const { host, problem, missingScopes } = signIn;
    if (problem) return [`Your sign-in at ${host} has ended`];
    if (setAt === null) return [`You have not signed in at ${host} yet`];
    return missingScopes.length > 0 ? [`A call wanted more than your account at ${host} allows`] : [];
  });
  return [...new Set(lines)];
}

function aboutConnection(connection: OwnConnection): string {
  const profile = chosenProfile(connection);
  return [
    connection.server.organization,
    ...(profile ? [`profile ${profile.name}`] : []),
    connection.isReadOnly
      ? "the URL that only reads"
      : connection.tools === "all"
        ? "all tools that you may use"
        : toolsWords(connection.tools),
  ].join(" · ");
}
