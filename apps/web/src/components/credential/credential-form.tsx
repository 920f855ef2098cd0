"use client";

import type { CredentialView, SignInAddresses } from "@portico/services";
import { Check } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { findAddresses, forgetCredential, registerThere, signInUpstream, storeCredential } from "./actions.ts";
import { FromEnvironment } from "./from-environment.tsx";

type Scheme = CredentialView["scheme"];

/** One security scheme of the document: what it wants, whether it is set, and the form for it. */
export function CredentialForm({
  serverId,
  slug,
  credential: { scheme, documentId, setAt, type, reference, problem, connectedAt, ownInProfiles, redirectUri },
  references,
}: {
  serverId: string;
  slug: string;
  credential: CredentialView;
  /** Names of values in the environment, for who may refer to them. */
  references: readonly string[];
}) {
  const { state, isPending, form } = useFormAction(storeCredential, null);
  const [isOpen, setOpen] = useState(setAt === null);
  const toast = useToast();
  useEffect(() => {
    if (!state?.ok) return;
    setOpen(false);
    toast("The credential is stored");
  }, [state, toast]);
  // Of a document that was removed nothing can be stored any more.
  const isLeft = documentId === null;
  const own = KINDS[scheme.type];
  const kinds: Kind[] = own.length > 0 && references.length > 0 ? [...own, "environment"] : own;
  const [kind, setKind] = useState<Kind | undefined>(kinds.find((one) => one === type) ?? preferredKind(scheme));
  const errors = state && !state.ok ? state.fields : {};
  return (
    <section aria-label={scheme.name} className="flex flex-col gap-3 rounded-card border bg-surface p-4">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-mono text-md font-medium [overflow-wrap:anywhere]">{scheme.name}</h2>
          <p className="text-muted">
            {isLeft ? `${CHOICES_LEFT[scheme.type]} that is still stored.` : explain(scheme)}
          </p>
        </div>
        {setAt ? (
          <span className="inline-flex items-center gap-1.5 text-muted">
            <Check size={16} aria-hidden className="text-ok" /> Set <Time at={setAt} />
            {reference ? <FromEnvironment name={reference} /> : null}
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
            <ClientFields
              key={kind}
              {...{ kind, scheme, errors, redirectUri, serverId }}
              onRegistered={() => {
                setOpen(false);
                toast("Portico is registered there, and the client is stored");
              }}
            />
          ) : kind === "environment" ? (
            <Field
              label="Value"
              hint={
                scheme.type === "basic"
                  ? "Whoever runs Portico sets it as user:password. It is read there, and stored nowhere."
                  : "Whoever runs Portico sets it. It is read there, and stored nowhere."
              }
              error={errors.name}
            >
              {(control) => (
                <Select {...control} name="name" defaultValue={reference ?? undefined} className="font-mono">
                  {references.map((name) => (
                    <option key={name} value={name}>
                      PORTICO_VALUE_{name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
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
          {type === "authorizationCode" && setAt ? (
            <p className="text-sm text-muted">Replacing it signs out everybody who has signed in there with it.</p>
          ) : null}
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
        <SignIn {...{ serverId, slug, connectedAt, ownInProfiles }} scheme={scheme.name} />
      ) : null}
      {kind && !isOpen ? (
        <div className="flex gap-2">
          {isLeft ? null : <Button onClick={() => setOpen(true)}>Replace</Button>}
          <Confirm
            title={`Remove the credential of ${scheme.name}`}
            verb="Remove credential"
            isDestroying
            done="The credential is removed"
            act={async () => {
              const outcome = await forgetCredential(serverId, scheme.name);
              if (outcome.ok && !isLeft) setOpen(true);
              return outcome;
            }}
            trigger={<Button look={isLeft ? "secondary" : "quiet"}>Remove</Button>}
          >
            Calls that need it will be refused by the API from the next one on.
            {type === "authorizationCode" ? " Everybody who has signed in there with it is signed out." : null}
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
function SignIn({
  serverId,
  slug,
  scheme,
  connectedAt,
  ownInProfiles,
}: {
  serverId: string;
  slug: string;
  scheme: string;
  connectedAt: Date | null;
  ownInProfiles: string[];
}) {
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
        {ownInProfiles.length > 0
          ? `With ${ownInProfiles.length === 1 ? "the profile" : "the profiles"} ${ownInProfiles.join(", ")} each person signs in at the API with an account of their own. `
          : null}
        {connectedAt ? (
          <>
            Signed in at the API <Time at={connectedAt} />. Every {ownInProfiles.length > 0 ? "other " : ""}call uses
            that account.
          </>
        ) : ownInProfiles.length > 0 ? (
          "Nobody has signed in for everybody else: other calls fail."
        ) : (
          "Nobody has signed in at the API yet: its calls fail until somebody has. Everybody's calls will use that account."
        )}{" "}
        {ownInProfiles.length > 0 ? null : (
          <>
            For each person's own account instead, say in a{" "}
            <Link href={`/servers/${slug}/profiles`} className="text-accent underline underline-offset-2">
              profile
            </Link>{" "}
            that each person fills in {scheme}.
          </>
        )}
      </p>
      <div>
        <Button
          look={connectedAt || ownInProfiles.length > 0 ? undefined : "primary"}
          isPending={isPending}
          onClick={begin}
        >
          {connectedAt
            ? "Sign in with another account"
            : ownInProfiles.length > 0
              ? "Sign in for everybody else"
              : "Sign in at the API"}
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
  redirectUri,
  serverId,
  onRegistered,
}: {
  kind: FlowKind;
  scheme: Scheme;
  errors: Record<string, string>;
  /** Where the API sends people back to. */
  redirectUri: string;
  serverId: string;
  onRegistered: () => void;
}) {
  const described = flowOf(scheme, kind);
  const [found, setFound] = useState<SignInAddresses>();
  const { tokenUrl, authorizationUrl, scopes } = found ?? described;
  const isPerson = kind === "authorizationCode";
  return (
    <>
      {isPerson ? (
        <FindAddresses
          {...{ serverId, scheme, found, onRegistered }}
          error={errors["credential.issuer"]}
          onFound={setFound}
        />
      ) : null}
      {isPerson ? (
        <div className="flex flex-col gap-1">
          <CopyField label="Redirect URI" text={redirectUri} />
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
            <Input
              key={authorizationUrl}
              {...control}
              name="authorizationUrl"
              type="url"
              defaultValue={authorizationUrl}
              required
            />
          )}
        </Field>
      ) : null}
      <Field
        label="Token URL"
        hint="Where the API gives tokens. The secret is sent there and nowhere else."
        error={errors["credential.tokenUrl"]}
      >
        {(control) => <Input key={tokenUrl} {...control} name="tokenUrl" type="url" defaultValue={tokenUrl} required />}
      </Field>
      <Field label="Scopes" hint="With spaces between them; empty for what the API gives by itself.">
        {(control) => (
          <Input key={scopes.join(" ")} {...control} name="scopes" defaultValue={scopes.join(" ")} spellCheck={false} />
        )}
      </Field>
      <Field
        label="The secret is sent"
        hint="Most APIs take the header; the API's documentation says when it wants the form."
      >
        {(control) => (
          <Select key={found?.sendIn} {...control} name="sendIn" defaultValue={found?.sendIn ?? "header"}>
            <option value="header">in the Authorization header</option>
            <option value="form">in the form</option>
          </Select>
        )}
      </Field>
    </>
  );
}

/** Asks the API where people sign in, so that nobody has to look it up; where it takes registrations, nothing is left to fill in. */
function FindAddresses({
  serverId,
  scheme,
  found,
  error,
  onFound,
  onRegistered,
}: {
  serverId: string;
  scheme: Scheme;
  found: SignInAddresses | undefined;
  error: string | undefined;
  onFound: (found: SignInAddresses) => void;
  onRegistered: () => void;
}) {
  const [issuer, setIssuer] = useState("");
  const [problem, setProblem] = useState<string>();
  const [work, setWork] = useState<"find" | "register">();
  const [, startTransition] = useTransition();
  const section = useRef<HTMLDivElement>(null);
  const find = () => {
    setWork("find");
    startTransition(async () => {
      const outcome = await findAddresses(serverId, scheme.name, issuer);
      setWork(undefined);
      setProblem(outcome.ok ? undefined : (outcome.fields.issuer ?? outcome.message));
      if (!outcome.ok) return;
      setIssuer(outcome.value.issuer);
      onFound(outcome.value);
    });
  };
  const register = (known: SignInAddresses) => {
    setWork("register");
    const scopes = section.current?.closest("form")?.querySelector<HTMLInputElement>('[name="scopes"]')?.value ?? "";
    startTransition(async () => {
      const outcome = await registerThere(serverId, scheme.name, known.issuer, scopes);
      setWork(undefined);
      setProblem(outcome.ok ? undefined : outcome.message);
      if (outcome.ok) onRegistered();
    });
  };
  const isFound = found !== undefined && found.issuer === issuer;
  return (
    <div ref={section} className="flex flex-col gap-3">
      <Field
        label="Issuer"
        hint="Who signs people in, such as https://accounts.example.com. Empty when you do not know: the API is asked."
        error={error}
      >
        {(control) => (
          <Input
            {...control}
            name="issuer"
            type="url"
            value={issuer}
            onChange={(event) => setIssuer(event.target.value)}
            spellCheck={false}
          />
        )}
      </Field>
      {isFound && found.namesItself ? <input type="hidden" name="namesItself" value="yes" /> : null}
      <div className="flex flex-wrap gap-2">
        <Button isPending={work === "find"} disabled={work !== undefined} onClick={find}>
          Find addresses
        </Button>
        {isFound && found.canRegister ? (
          <Button isPending={work === "register"} disabled={work !== undefined} onClick={() => register(found)}>
            Register Portico there
          </Button>
        ) : null}
      </div>
      {problem ? <Notice kind="problem" title={problem} /> : null}
      {isFound && !problem ? (
        <Notice title="The addresses are filled in">
          {found.canRegister
            ? "It takes registrations too: register Portico there, and the rest of this form is done."
            : "Register a client there by hand, and fill in what it gives you."}
        </Notice>
      ) : null}
    </div>
  );
}

type FlowKind = "clientCredentials" | "authorizationCode";
type Kind = "apiKey" | "basic" | "bearer" | "environment" | FlowKind;

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
  environment: "A value in the environment",
};
const LABELS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "Password",
  bearer: "Token",
  authorizationCode: "Client secret",
  clientCredentials: "Client secret",
  environment: "Value",
};
const WORDS: Record<Kind, string> = {
  apiKey: "API key",
  basic: "user name and password",
  bearer: "token",
  authorizationCode: "client",
  clientCredentials: "client",
  environment: "reference",
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

/** As much as is known of what was stored for a document that is gone. */
const CHOICES_LEFT: Record<Scheme["type"], string> = {
  apiKey: "An API key",
  basic: "A user name and a password",
  bearer: "A token",
  oauth2: "A client that gets tokens",
  openIdConnect: "A client that gets tokens",
  unsupported: "Something",
};

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
