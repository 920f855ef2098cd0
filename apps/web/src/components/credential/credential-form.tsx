"use client";

import type { CredentialView } from "@portico/services";
import { Check } from "lucide-react";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { forgetCredential, signInUpstream, storeCredential } from "./actions.ts";

type Scheme = CredentialView["scheme"];

/** One security scheme of the document: what it wants, whether it is set, and the form for it. */
export function CredentialForm({
  serverId,
  credential: { scheme, setAt, type, problem, connectedAt },
  callbackUrl,
}: {
  serverId: string;
  credential: CredentialView;
  /** Where the API sends people back to. */
  callbackUrl: string;
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
  const [kind, setKind] = useState<Kind | undefined>(kinds.find((one) => one === type) ?? preferredKind(scheme));
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
          {kind === "clientCredentials" || kind === "authorizationCode" ? (
            <ClientFields key={kind} kind={kind} scheme={scheme} errors={errors} callbackUrl={callbackUrl} />
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
      {type === "authorizationCode" && !isOpen ? (
        <SignIn serverId={serverId} scheme={scheme.name} connectedAt={connectedAt} />
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

/** Whose account at the API is used, and the way to it. */
function SignIn({ serverId, scheme, connectedAt }: { serverId: string; scheme: string; connectedAt: Date | null }) {
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string>();
  const begin = () =>
    startTransition(async () => {
      const outcome = await signInUpstream(serverId, scheme);
      if (outcome.ok) window.location.assign(outcome.value.url);
      else setProblem(outcome.message);
    });
  return (
    <div className="flex flex-col gap-2">
      {problem ? <Notice kind="problem" title={problem} /> : null}
      <p className="text-muted">
        {connectedAt ? (
          <>
            Signed in at the API <Time at={connectedAt} />. Every call uses that account.
          </>
        ) : (
          "Nobody has signed in at the API yet: its calls fail until somebody has. Everybody's calls will use that account."
        )}
      </p>
      <div>
        <Button look={connectedAt ? undefined : "primary"} isPending={isPending} onClick={begin}>
          {connectedAt ? "Sign in with another account" : "Sign in at the API"}
        </Button>
      </div>
    </div>
  );
}

/** A client at the API: what tokens are got with (RFC 6749 §4.1 and §4.4). */
function ClientFields({
  kind,
  scheme,
  errors,
  callbackUrl,
}: {
  kind: FlowKind;
  scheme: Scheme;
  errors: Record<string, string>;
  callbackUrl: string;
}) {
  const { tokenUrl, authorizationUrl, scopes } = flowOf(scheme, kind);
  const isPerson = kind === "authorizationCode";
  return (
    <>
      {isPerson ? (
        <div className="flex flex-col gap-1">
          <CopyField label="Redirect URI" text={callbackUrl} />
          <p className="text-sm text-muted">
            Register a client at the API with this address, then fill in what it gives you.
          </p>
        </div>
      ) : null}
      <Field label="Client id" error={errors["credential.clientId"]}>
        {(control) => <Input {...control} name="clientId" autoComplete="off" spellCheck={false} required />}
      </Field>
      <Field
        label="Client secret"
        error={errors["credential.clientSecret"]}
        hint={isPerson ? "Empty when the API gave none." : undefined}
      >
        {(control) => (
          <Input
            {...control}
            name="clientSecret"
            type="password"
            autoComplete="off"
            required={!isPerson}
            className="font-mono"
          />
        )}
      </Field>
      {isPerson ? (
        <Field
          label="Authorization URL"
          hint="The API's page where people sign in."
          error={errors["credential.authorizationUrl"]}
        >
          {(control) => (
            <Input {...control} name="authorizationUrl" type="url" defaultValue={authorizationUrl} required />
          )}
        </Field>
      ) : null}
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

type FlowKind = "clientCredentials" | "authorizationCode";
type Kind = "apiKey" | "basic" | "bearer" | FlowKind;

/** The kinds of credential that satisfy each scheme; a token from elsewhere serves OAuth 2 and OpenID Connect too. */
const KINDS: Record<Scheme["type"], Kind[]> = {
  apiKey: ["apiKey"],
  basic: ["basic"],
  bearer: ["bearer"],
  oauth2: ["bearer", "authorizationCode", "clientCredentials"],
  openIdConnect: ["bearer", "authorizationCode", "clientCredentials"],
  unsupported: [],
};
const CHOICES: Record<Kind, string> = {
  apiKey: "An API key",
  basic: "A user name and a password",
  bearer: "A token",
  authorizationCode: "A client that somebody signs in with",
  clientCredentials: "A client that acts for itself",
};
const LABELS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "Password",
  bearer: "Token",
  authorizationCode: "Client secret",
  clientCredentials: "Client secret",
};
const WORDS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "user name and password",
  bearer: "token",
  authorizationCode: "client",
  clientCredentials: "client",
};

/** What the document says of a way to get tokens. */
function flowOf({ flows }: Scheme, kind: FlowKind) {
  const flow = (
    (flows ?? {}) as Partial<
      Record<FlowKind, { tokenUrl?: string; authorizationUrl?: string; scopes?: Record<string, string> }>
    >
  )[kind];
  return {
    tokenUrl: flow?.tokenUrl ?? "",
    authorizationUrl: flow?.authorizationUrl ?? "",
    scopes: Object.keys(flow?.scopes ?? {}),
  };
}

/** The way that the document describes; otherwise a token that somebody has. */
function preferredKind(scheme: Scheme): Kind | undefined {
  const described = (["authorizationCode", "clientCredentials"] as const).find(
    (kind) => flowOf(scheme, kind).tokenUrl !== "",
  );
  return described ?? KINDS[scheme.type][0];
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
