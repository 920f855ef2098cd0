"use client";

import type { OwnField } from "@portico/services";
import { Check, CircleAlert } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { credentialKind, KIND_NAMES } from "./credential-kind.ts";

/** What a profile asks of the person who connects. What is stored is said to be there, and stays until it is replaced. */
export function OwnFields({
  fields,
  errors,
  onSignIn,
  isBusy,
  onForget,
}: {
  fields: OwnField[];
  errors: Record<string, string>;
  /** Goes to the API's own sign-in for a field. */
  onSignIn: (field: string) => void;
  isBusy: boolean;
  /** Removes what is stored for a field, where that can be done. */
  onForget?: (field: string) => void;
}) {
  return fields.map((field) => {
    const key = `${field.field} ${field.setAt?.getTime()}`;
    const error = errors[field.field];
    const { signIn } = field;
    if (signIn) return <SignInRow key={key} {...{ field, signIn, error, onSignIn, isBusy, onForget }} />;
    return <OwnFieldRow key={key} {...{ field, error, onForget }} />;
  });
}

/** The person's own account at the API: nothing is typed here, they sign in there. */
function SignInRow({
  field: { field, setAt },
  signIn: { host, problem, missingScopes },
  error,
  onSignIn,
  isBusy,
  onForget,
}: {
  field: OwnField;
  signIn: NonNullable<OwnField["signIn"]>;
  error: string | undefined;
  onSignIn: (field: string) => void;
  isBusy: boolean;
  onForget: ((field: string) => void) | undefined;
}) {
  const errorId = useId();
  const isMissing = missingScopes.length > 0;
  return (
    <div className="flex flex-col gap-2">
      <p>
        <span className="font-medium [overflow-wrap:anywhere]">Your account at {host}</span>
        <span className="flex flex-wrap items-center gap-1.5 text-base text-muted">
          {setAt ? (
            <>
              <Check size={16} aria-hidden className="text-ok" />
              Signed in <Time at={setAt} />
            </>
          ) : problem ? (
            "The sign-in has ended: the API takes it no longer"
          ) : (
            "Calls use it. You sign in there, and neither the app nor an admin ever sees how."
          )}
        </span>
      </p>
      {isMissing ? (
        <p className="text-base">
          A call wanted more than it allows:{" "}
          <span className="font-mono [overflow-wrap:anywhere]">{missingScopes.join(" ")}</span>. Sign in again to allow
          it.
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button
          name={`value ${field}`}
          aria-describedby={error ? errorId : undefined}
          isPending={isBusy}
          onClick={() => onSignIn(field)}
        >
          {setAt || problem ? `Sign in again at ${host}` : `Sign in at ${host}`}
        </Button>
        {onForget && (setAt || problem) ? (
          <Button look="quiet" disabled={isBusy} onClick={() => onForget(field)} aria-label={`Sign out at ${host}`}>
            Sign out
          </Button>
        ) : null}
      </div>
      {error ? (
        <p id={errorId} className="flex gap-1.5 text-sm font-medium">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          {error}
        </p>
      ) : null}
    </div>
  );
}

function OwnFieldRow({
  field,
  error,
  onForget,
}: {
  field: OwnField;
  error: string | undefined;
  onForget: ((field: string) => void) | undefined;
}) {
  const [isReplacing, setReplacing] = useState(false);
  const noun = nounOf(field);
  if (field.setAt && !isReplacing)
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1">
          <span className="font-medium [overflow-wrap:anywhere]">{labelOf(field)}</span>
          <span className="flex flex-wrap items-center gap-1.5 text-base text-muted">
            <Check size={16} aria-hidden className="text-ok" />
            {noun} · set <Time at={field.setAt} />
          </span>
        </p>
        <Button onClick={() => setReplacing(true)} aria-label={`Replace ${noun} of ${nameOf(field)}`}>
          Replace
        </Button>
        {onForget ? (
          <Button look="quiet" onClick={() => onForget(field.field)} aria-label={`Remove ${noun} of ${nameOf(field)}`}>
            Remove
          </Button>
        ) : null}
      </div>
    );
  return field.kind === "variable" ? (
    <VariableInput field={field} error={error} />
  ) : (
    <CredentialInput field={field} error={error} />
  );
}

function VariableInput({
  field,
  error,
}: {
  field: Extract<OwnField, { kind: "variable" }>;
  error: string | undefined;
}) {
  const { variable } = field;
  return (
    <Field label={labelOf(field)} hint={variable.description} error={error}>
      {(control) =>
        variable.enum ? (
          <Select {...control} name={`value ${field.field}`} defaultValue={variable.default}>
            {variable.enum.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Select>
        ) : (
          <Input
            {...control}
            name={`value ${field.field}`}
            defaultValue={field.setAt ? "" : variable.default}
            autoComplete="off"
            spellCheck={false}
            required
            height="large"
          />
        )
      }
    </Field>
  );
}

function CredentialInput({
  field,
  error,
}: {
  field: Extract<OwnField, { kind: "credential" }>;
  error: string | undefined;
}) {
  const kind = credentialKind(field.scheme);
  const secret = kind === "basic" ? "Password" : KIND_NAMES[kind];
  return (
    <>
      {kind === "basic" ? (
        <Field label={`User name for ${nameOf(field)}`}>
          {(control) => (
            <Input
              {...control}
              name={`user ${field.field}`}
              autoComplete="off"
              spellCheck={false}
              required
              height="large"
            />
          )}
        </Field>
      ) : null}
      <Field
        label={kind === "basic" ? `Password for ${nameOf(field)}` : labelOf(field)}
        error={error}
        hint={
          <>
            {field.scheme.description ? (
              <span className="mb-1 block whitespace-pre-line">{field.scheme.description}</span>
            ) : null}
            Stored encrypted, for your calls only. Neither the app nor an admin ever sees it.
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            name={`value ${field.field}`}
            type="password"
            autoComplete="off"
            placeholder={secret}
            // Some APIs take a key as the user name and no password.
            required={kind !== "basic"}
            className="font-mono"
            height="large"
          />
        )}
      </Field>
    </>
  );
}

/** The words of a document, where it has any that fit on a line. */
function labelOf(field: OwnField): string {
  if (field.kind === "variable") return sentenceCase(nameOf(field));
  return `${KIND_NAMES[credentialKind(field.scheme)]} for ${nameOf(field)}`;
}

function nameOf({ name, of }: OwnField): string {
  return of ? `${of.name} of ${of.document}` : name;
}

function nounOf(field: OwnField): string {
  return field.kind === "variable" ? "Value" : KIND_NAMES[credentialKind(field.scheme)];
}

function sentenceCase(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
