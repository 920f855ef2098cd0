"use client";

import type { ProfileField, ProfileSettings, ProfileView } from "@portico/services";
import { Check } from "lucide-react";
import { useState } from "react";
import { FromEnvironment } from "@/components/credential/from-environment.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import type { Outcome } from "@/server/outcome.ts";

import { forgetStoredValue, storeValue } from "./actions.ts";
import { type CredentialKind, credentialKind, KIND_NAMES } from "./credential-kind.ts";

type Holder = ProfileSettings["fields"][string];

/** `isSignIn`: each person who fills it in signs in at the API. */
export type SettableField = ProfileField & { isSignIn: boolean };

interface Props {
  serverId: string;
  profile: ProfileView;
  field: SettableField;
  /** Names of values in the environment, for who may refer to them. */
  references: readonly string[];
  holder: Holder;
  /** Who fills it is stored as it is shown. */
  isSaved: boolean;
  onHolder: (holder: Holder) => void;
}

/** One thing that a profile can have a value for: who fills it, and whether the organization has. */
export function FieldRow({ serverId, profile, field, references, holder, isSaved, onHolder }: Props) {
  const stored = profile.values.find((one) => one.field === field.field);
  const isCredential = field.kind === "credential";
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-40 flex-1">
        <p className="font-mono font-medium [overflow-wrap:anywhere]">{field.name}</p>
        <p className="text-sm text-muted">
          {field.of ? `${field.of.document}: ` : ""}
          {isCredential
            ? field.isSignIn
              ? "A sign-in at the API"
              : KIND_NAMES[credentialKind(field.scheme)]
            : `Part of the address, otherwise "${field.variable.default}"`}
        </p>
      </div>
      <Select
        aria-label={`Who fills in ${field.name}`}
        value={holder}
        onChange={(event) => onHolder(event.target.value as Holder)}
        className="max-w-56"
      >
        <option value="organization">{profile.isOwn ? "As the shared profile says" : "The organization"}</option>
        <option value="person">{profile.isOwn ? "My own" : "Each person"}</option>
        {profile.isOwn ? null : <option value="unused">{isCredential ? "Nobody: it is not sent" : "Nobody"}</option>}
      </Select>
      <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto">
        {holder === "organization" && !profile.isOwn ? (
          isSaved ? (
            <StoredValue {...{ serverId, profile, field, references, stored }} />
          ) : (
            <span className="text-sm text-muted">Save the profile, then store a value</span>
          )
        ) : (
          <span className="text-sm text-muted">
            {holder === "person" && field.isSignIn ? "Each signs in there when connecting" : HOLDER_WORDS[holder]}
          </span>
        )}
      </div>
    </li>
  );
}

const HOLDER_WORDS: Record<Holder, string> = {
  organization: "Nothing of yours is sent",
  person: "Asked for when connecting",
  unused: "Nothing is stored or sent",
};

function StoredValue({
  serverId,
  profile,
  field,
  references,
  stored,
}: Pick<Props, "serverId" | "profile" | "field" | "references"> & {
  stored: ProfileView["values"][number] | undefined;
}) {
  const setAt = stored?.setAt;
  const [isOpen, setOpen] = useState(false);
  const toast = useToast();
  return (
    <>
      <span className="text-sm text-muted">
        {setAt ? (
          <span className="inline-flex items-center gap-1.5">
            <Check size={16} aria-hidden className="text-ok" /> Set <Time at={setAt} />
            {stored?.reference ? <FromEnvironment name={stored.reference} /> : null}
          </span>
        ) : field.kind === "credential" ? (
          "The server's own"
        ) : (
          "Not set"
        )}
      </span>
      <Dialog
        title={`${field.name} in ${profile.name}`}
        description="For everybody with this profile. Stored encrypted, never shown again."
        open={isOpen}
        onOpenChange={setOpen}
        trigger={
          <Button aria-label={`${setAt ? "Replace" : "Store"} the value of ${field.name}`}>
            {setAt ? "Replace" : "Store"}
          </Button>
        }
      >
        <ValueForm
          {...{ serverId, profile, field, references }}
          onDone={() => {
            setOpen(false);
            toast("Stored, from the next call on");
          }}
        />
      </Dialog>
      {setAt ? (
        <Confirm
          title={`Remove the value of ${field.name}`}
          verb="Remove value"
          isDestroying
          done="The value is removed"
          act={() => forgetStoredValue(serverId, profile.id, field.field)}
          trigger={
            <Button look="quiet" aria-label={`Remove the value of ${field.name}`}>
              Remove
            </Button>
          }
        >
          {field.kind === "credential"
            ? "Calls use the server's own credential again, where it may go."
            : "Calls use what the document says again."}
        </Confirm>
      ) : null}
    </>
  );
}

function ValueForm({
  serverId,
  profile,
  field,
  references,
  onDone,
}: Pick<Props, "serverId" | "profile" | "field" | "references"> & { onDone: () => void }) {
  const [reference, setReference] = useState("");
  const { state, isPending, form } = useFormAction(async (before: Outcome | null, typed: FormData) => {
    const outcome = await storeValue(before, typed);
    if (outcome.ok) onDone();
    return outcome;
  }, null);
  const kind = field.kind === "credential" ? credentialKind(field.scheme) : "variable";
  const problem = state && !state.ok ? (state.fields.value ?? state.message) : undefined;
  return (
    <form {...form} aria-label={`Value of ${field.name}`} className="flex flex-col gap-4">
      <input type="hidden" name="serverId" value={serverId} />
      <input type="hidden" name="profileId" value={profile.id} />
      <input type="hidden" name="field" value={field.field} />
      <input type="hidden" name="kind" value={kind} />
      {references.length > 0 ? (
        <Field label="Where it is" error={reference === "" ? undefined : problem}>
          {(control) => (
            <Select
              {...control}
              name="reference"
              value={reference}
              onChange={(event) => setReference(event.target.value)}
            >
              <option value="">I fill it in</option>
              <optgroup label="In the environment">
                {references.map((name) => (
                  <option key={name} value={name}>
                    PORTICO_VALUE_{name}
                  </option>
                ))}
              </optgroup>
            </Select>
          )}
        </Field>
      ) : null}
      {reference === "" ? <TypedValue {...{ field, kind, problem }} /> : null}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Store value
        </Button>
      </div>
    </form>
  );
}

function TypedValue({
  field,
  kind,
  problem,
}: Pick<Props, "field"> & { kind: CredentialKind | "variable"; problem: string | undefined }) {
  return (
    <>
      {problem && kind === "basic" ? <Notice kind="problem" title={problem} /> : null}
      {kind === "basic" ? (
        <Field label="User name">
          {(control) => <Input {...control} name="user" autoComplete="off" spellCheck={false} required />}
        </Field>
      ) : null}
      <Field
        label={kind === "variable" ? "Value" : kind === "basic" ? "Password" : KIND_NAMES[kind]}
        error={kind === "basic" ? undefined : problem}
      >
        {(control) =>
          field.kind === "variable" && field.variable.enum ? (
            <Select {...control} name="value" defaultValue={field.variable.default}>
              {field.variable.enum.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          ) : (
            <Input
              {...control}
              name="value"
              type={kind === "variable" ? "text" : "password"}
              autoComplete="off"
              required={kind !== "basic"}
              className="font-mono"
            />
          )
        }
      </Field>
    </>
  );
}
