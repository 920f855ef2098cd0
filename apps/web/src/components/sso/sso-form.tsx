"use client";

import type { SsoAddresses, SsoKind, SsoView } from "@portico/services";
import { Fragment, useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveSso } from "./actions.ts";

/** The organization's identity provider, and what a sign-in by it means here. */
export function SsoForm({ sso, addresses }: { sso: SsoView | null; addresses: SsoAddresses }) {
  const { state, isPending, form } = useFormAction(saveSso, null);
  const [kind, setKind] = useState<SsoKind>(sso?.kind ?? "oidc");
  const toast = useToast();
  useEffect(() => {
    if (state?.ok) toast("Single sign-on is saved");
  }, [state, toast]);
  const fields = state && !state.ok ? state.fields : {};
  const known = sso?.kind === kind ? sso : null;
  return (
    <form {...form} aria-label="Single sign-on" className="flex flex-col gap-4 rounded-card border bg-surface p-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <Field
        label="Protocol"
        hint="What your identity provider speaks. Most speak both; OpenID Connect has fewer parts."
      >
        {(control) => (
          <Select
            {...control}
            name="kind"
            value={kind}
            onChange={(event) => setKind(event.target.value === "saml" ? "saml" : "oidc")}
          >
            <option value="oidc">OpenID Connect</option>
            <option value="saml">SAML 2.0</option>
          </Select>
        )}
      </Field>
      {kind === "saml" ? (
        <SamlFields {...{ known, fields }} addresses={addresses.saml} />
      ) : (
        <OidcFields {...{ known, fields }} redirectUri={addresses.redirectUri} />
      )}
      <Field
        label="Domains"
        hint="What stands behind the @ of your people's addresses, one a line. Each has to be proved once."
        error={fields.domains}
      >
        {(control) => (
          <Textarea
            {...control}
            name="domains"
            rows={3}
            spellCheck={false}
            defaultValue={sso?.domains.map(({ domain }) => domain).join("\n")}
          />
        )}
      </Field>
      <Check name="joinsNew" isOn={sso?.joinsNew ?? true} label="Let new people in">
        Whoever signs in and is no member yet becomes one. Off: only members can sign in this way.
      </Check>
      <Field label="Role of new people" error={fields.role}>
        {(control) => (
          <Select {...control} name="role" defaultValue={sso?.role ?? "member"}>
            <option value="member">Member</option>
            <option value="builder">Builder</option>
          </Select>
        )}
      </Field>
      <Check name="isRequired" isOn={sso?.isRequired ?? false} label="Require it" error={fields.isRequired}>
        People of the proved domains can sign in no other way, and are signed out once now. Owners may still use their
        password, so that nobody is locked out.
      </Check>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

type Fields = { known: SsoView | null; fields: Record<string, string> };

/** The client at a provider of OpenID Connect. */
function OidcFields({ known, fields, redirectUri }: Fields & { redirectUri: string }) {
  return (
    <>
      <Given label="Redirect URI" text={redirectUri} />
      <Field
        label="Issuer"
        hint="The address of your identity provider, such as https://login.example.com or https://example.okta.com."
        error={fields.issuer}
      >
        {(control) => (
          <Input {...control} name="issuer" type="url" required defaultValue={known?.issuer} spellCheck={false} />
        )}
      </Field>
      <Field label="Client id" error={fields.clientId}>
        {(control) => (
          <Input
            {...control}
            name="clientId"
            required
            defaultValue={known?.clientId}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Field
        label="Client secret"
        hint={known ? "Stored, and never shown. Fill it in to replace it." : "Stored encrypted, and never shown again."}
        error={fields.clientSecret}
      >
        {(control) => (
          <Input {...control} name="clientSecret" type="password" required={!known} autoComplete="new-password" />
        )}
      </Field>
    </>
  );
}

/** A provider of SAML, as its metadata says. */
function SamlFields({ known, fields, addresses }: Fields & { addresses: SsoAddresses["saml"] }) {
  return (
    <>
      <Given label="Assertion consumer service URL" text={addresses.callbackUrl} />
      <Given label="Entity ID, and address of our metadata" text={addresses.entityId} />
      {known ? (
        <p className="text-muted [overflow-wrap:anywhere]">
          Answers come from <span className="font-mono">{known.issuer}</span>, signed with{" "}
          {known.certificates.length === 1 ? "a certificate" : `one of ${known.certificates.length} certificates`} that{" "}
          {known.certificates.length === 1 ? "is" : "are"} good until{" "}
          {known.certificates.map(({ validTo }, at) => (
            <Fragment key={validTo.toISOString()}>
              {at > 0 ? ", " : ""}
              <Time at={validTo} />
            </Fragment>
          ))}
          .
        </p>
      ) : null}
      <Field
        label="Metadata of your provider"
        hint={
          known
            ? "Stored. Paste it anew, or its address, when the provider has another certificate."
            : "The XML itself, or the https address that it stands at. Answers or assertions have to be signed with SHA-256, and not encrypted."
        }
        error={fields.metadata}
      >
        {(control) => (
          <Textarea {...control} name="metadata" rows={5} required={!known} spellCheck={false} className="font-mono" />
        )}
      </Field>
    </>
  );
}

/** Something that the provider has to be told. */
function Given({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <p aria-hidden className="font-medium">
        {label}
      </p>
      <CopyField label={label} text={text} />
    </div>
  );
}

function Check({
  name,
  isOn,
  label,
  children,
  error,
}: {
  name: string;
  isOn: boolean;
  label: string;
  children: string;
  error?: string | undefined;
}) {
  const id = `sso-${name}`;
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        name={name}
        defaultChecked={isOn}
        aria-describedby={`${id}-about`}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="flex flex-col gap-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-about`} className="text-sm text-muted">
          {children}
          {error ? <span className="block text-problem">{error}</span> : null}
        </p>
      </div>
    </div>
  );
}
