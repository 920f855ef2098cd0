"use client";

import type { CredentialView } from "@portico/services";
import { Check } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { forgetCredential, storeCredential } from "./actions.ts";

type Scheme = CredentialView["scheme"];

/** One security scheme of the document: what it wants, whether it is set, and the form for it. */
export function CredentialForm({
  serverId,
  credential: { scheme, setAt },
}: {
  serverId: string;
  credential: CredentialView;
}) {
  const { state, isPending, form } = useFormAction(storeCredential, null);
  const [isOpen, setOpen] = useState(setAt === null);
  const toast = useToast();
  useEffect(() => {
    if (!state?.ok) return;
    setOpen(false);
    toast("The credential is stored");
  }, [state, toast]);
  const kind = KINDS[scheme.type];
  return (
    <section aria-label={scheme.name} className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-mono text-md font-medium [overflow-wrap:anywhere]">{scheme.name}</h2>
          <p className="text-muted">{explain(scheme)}</p>
        </div>
        {setAt ? (
          <span className="inline-flex items-center gap-1.5 text-muted">
            <Check size={16} aria-hidden className="text-ok" /> Set <Time at={setAt} />
          </span>
        ) : (
          <span className="text-muted">Not set</span>
        )}
      </header>
      {scheme.description ? <p className="text-sm whitespace-pre-line text-muted">{scheme.description}</p> : null}
      {state && !state.ok ? (
        <Notice kind="problem" title="The credential was not stored">
          {state.message}
        </Notice>
      ) : null}
      {kind && isOpen ? (
        <form {...form} className="flex max-w-lg flex-col gap-3">
          <input type="hidden" name="serverId" value={serverId} />
          <input type="hidden" name="scheme" value={scheme.name} />
          <input type="hidden" name="type" value={kind} />
          {kind === "basic" ? (
            <Field label="User name">
              {(control) => <Input {...control} name="username" autoComplete="off" spellCheck={false} required />}
            </Field>
          ) : null}
          <Field label={LABELS[kind]}>
            {(control) => (
              <Input
                {...control}
                name={kind === "basic" ? "password" : "value"}
                type="password"
                autoComplete="off"
                // Some APIs take a key as the user name and no password.
                required={kind !== "basic"}
                className="font-mono"
              />
            )}
          </Field>
          <div className="flex gap-2">
            <Button type="submit" look="primary" isPending={isPending}>
              {setAt ? "Replace" : "Store"} {WORDS[kind]}
            </Button>
            {setAt ? (
              <Button look="quiet" onClick={() => setOpen(false)}>
                Cancel
              </Button>
            ) : null}
          </div>
        </form>
      ) : null}
      {kind && !isOpen ? (
        <div className="flex gap-2">
          <Button onClick={() => setOpen(true)}>Replace</Button>
          <Confirm
            title={`Remove the credential of ${scheme.name}`}
            verb="Remove credential"
            isDestroying
            done="The credential is removed"
            act={async () => {
              const outcome = await forgetCredential(serverId, scheme.name);
              if (outcome.ok) setOpen(true);
              return outcome;
            }}
            trigger={<Button look="quiet">Remove</Button>}
          >
            Calls that need it will be refused by the API from the next one on.
          </Confirm>
        </div>
      ) : null}
      {kind ? null : (
        <Notice title="Portico cannot send this kind yet">
          Operations that accept another security scheme, or none, work without it.
        </Notice>
      )}
    </section>
  );
}

type Kind = "apiKey" | "basic" | "bearer";

/** The kind of credential that satisfies each scheme; a token from elsewhere serves OAuth 2 and OpenID Connect too. */
const KINDS: Record<Scheme["type"], Kind | undefined> = {
  apiKey: "apiKey",
  basic: "basic",
  bearer: "bearer",
  oauth2: "bearer",
  openIdConnect: "bearer",
  unsupported: undefined,
};
const LABELS: Record<Kind, string> = { apiKey: "API key", basic: "Password", bearer: "Token" };
const WORDS: Record<Kind, string> = { apiKey: "API key", basic: "user name and password", bearer: "token" };

function explain(scheme: Scheme): string {
  if (scheme.type === "apiKey")
    return `An API key, sent as the ${scheme.in === "query" ? "query parameter" : (scheme.in ?? "header")} ${scheme.parameterName ?? ""}.`;
  if (scheme.type === "basic") return "A user name and a password.";
  if (scheme.type === "bearer") return "A token, sent in the Authorization header.";
  if (scheme.type === "oauth2") return "OAuth 2: a token that you got from the API.";
  if (scheme.type === "openIdConnect") return "OpenID Connect: a token that you got from the API.";
  return `The document wants ${scheme.httpScheme ?? "a kind of sign-in"}.`;
}
