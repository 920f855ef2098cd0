"use client";

import type { CredentialView } from "@portico/services";
import { Check } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { forgetCredential, storeCredential } from "./actions.ts";

type Scheme = CredentialView["scheme"];

/** One security scheme of the document: what it wants, whether it is set, and the form for it. */
export function CredentialForm({
  serverId,
  credential: { scheme, setAt, type, problem },
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
  const kinds = KINDS[scheme.type];
  const [kind, setKind] = useState<Kind | undefined>(
    kinds.find((one) => one === type) ?? (hasClientFlow(scheme) ? "clientCredentials" : kinds[0]),
  );
  const errors = state && !state.ok ? state.fields : {};
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
      {problem && !isOpen ? (
        <Notice kind="problem" title="It needs attention">
          {problem} Replace it, or ask whoever runs the API.
        </Notice>
      ) : null}
      {kind && isOpen ? (
        <form {...form} className="flex max-w-lg flex-col gap-3">
          <input type="hidden" name="serverId" value={serverId} />
          <input type="hidden" name="scheme" value={scheme.name} />
          {kinds.length > 1 ? (
            <Field label="What you have">
              {(control) => (
                <Select {...control} name="type" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
                  {kinds.map((one) => (
                    <option key={one} value={one}>
                      {CHOICES[one]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          ) : (
            <input type="hidden" name="type" value={kind} />
          )}
          {kind === "clientCredentials" ? (
            <ClientFields scheme={scheme} errors={errors} />
          ) : (
            <>
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
            </>
          )}
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

/** A client that acts for itself: what it shows the API to get tokens (RFC 6749 §4.4). */
function ClientFields({ scheme, errors }: { scheme: Scheme; errors: Record<string, string> }) {
  const { tokenUrl, scopes } = clientFlow(scheme);
  return (
    <>
      <Field label="Client id" error={errors["credential.clientId"]}>
        {(control) => <Input {...control} name="clientId" autoComplete="off" spellCheck={false} required />}
      </Field>
      <Field label="Client secret" error={errors["credential.clientSecret"]}>
        {(control) => (
          <Input {...control} name="clientSecret" type="password" autoComplete="off" required className="font-mono" />
        )}
      </Field>
      <Field
        label="Token URL"
        hint="Where the API gives tokens. The secret is sent there and nowhere else."
        error={errors["credential.tokenUrl"]}
      >
        {(control) => <Input {...control} name="tokenUrl" type="url" defaultValue={tokenUrl} required />}
      </Field>
      <Field label="Scopes" hint="With spaces between them; empty for what the API gives by itself.">
        {(control) => <Input {...control} name="scopes" defaultValue={scopes.join(" ")} spellCheck={false} />}
      </Field>
      <Field
        label="The secret is sent"
        hint="Most APIs take the header; the API's documentation says when it wants the form."
      >
        {(control) => (
          <Select {...control} name="sendIn" defaultValue="header">
            <option value="header">in the Authorization header</option>
            <option value="form">in the form</option>
          </Select>
        )}
      </Field>
    </>
  );
}

type Kind = "apiKey" | "basic" | "bearer" | "clientCredentials";

/** The kinds of credential that satisfy each scheme; a token from elsewhere serves OAuth 2 and OpenID Connect too. */
const KINDS: Record<Scheme["type"], Kind[]> = {
  apiKey: ["apiKey"],
  basic: ["basic"],
  bearer: ["bearer"],
  oauth2: ["bearer", "clientCredentials"],
  openIdConnect: ["bearer", "clientCredentials"],
  unsupported: [],
};
const CHOICES: Record<Kind, string> = {
  apiKey: "An API key",
  basic: "A user name and a password",
  bearer: "A token",
  clientCredentials: "A client id and a secret",
};
const LABELS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "Password",
  bearer: "Token",
  clientCredentials: "Client secret",
};
const WORDS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "user name and password",
  bearer: "token",
  clientCredentials: "client",
};

/** What the document says of getting tokens by a client's own secret. */
function clientFlow({ flows }: Scheme): { tokenUrl: string; scopes: string[] } {
  const { clientCredentials } = (flows ?? {}) as {
    clientCredentials?: { tokenUrl?: string; scopes?: Record<string, string> };
  };
  return { tokenUrl: clientCredentials?.tokenUrl ?? "", scopes: Object.keys(clientCredentials?.scopes ?? {}) };
}

function hasClientFlow(scheme: Scheme): boolean {
  return clientFlow(scheme).tokenUrl !== "";
}

function explain(scheme: Scheme): string {
  if (scheme.type === "apiKey")
    return `An API key, sent as the ${scheme.in === "query" ? "query parameter" : (scheme.in ?? "header")} ${scheme.parameterName ?? ""}.`;
  if (scheme.type === "basic") return "A user name and a password.";
  if (scheme.type === "bearer") return "A token, sent in the Authorization header.";
  if (scheme.type === "oauth2") return "OAuth 2: a token that you got from the API, or a client that gets them.";
  if (scheme.type === "openIdConnect")
    return "OpenID Connect: a token that you got from the API, or a client that gets them.";
  return `The document wants ${scheme.httpScheme ?? "a kind of sign-in"}.`;
}
