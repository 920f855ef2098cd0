"use client";

import type { SsoView } from "@portico/services";
import { useEffect } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Field, Input, Select, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveSso } from "./actions.ts";

/** The client at the organization's identity provider, and what a sign-in by it means here. */
export function SsoForm({ sso, redirectUri }: { sso: SsoView | null; redirectUri: string }) {
  const { state, isPending, form } = useFormAction(saveSso, null);
  const toast = useToast();
  useEffect(() => {
    if (state?.ok) toast("Single sign-on is saved");
  }, [state, toast]);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Single sign-on" className="flex flex-col gap-4 rounded-card border bg-surface p-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <div className="flex flex-col gap-1.5">
        <p aria-hidden className="font-medium">
          Redirect URI
        </p>
        <CopyField label="Redirect URI" text={redirectUri} />
      </div>
      <Field
        label="Issuer"
        hint="The address of your identity provider, such as https://login.example.com or https://example.okta.com."
        error={fields.issuer}
      >
        {(control) => (
          <Input {...control} name="issuer" type="url" required defaultValue={sso?.issuer} spellCheck={false} />
        )}
      </Field>
      <Field label="Client id" error={fields.clientId}>
        {(control) => (
          <Input
            {...control}
            name="clientId"
            required
            defaultValue={sso?.clientId}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <Field
        label="Client secret"
        hint={sso ? "Stored, and never shown. Fill it in to replace it." : "Stored encrypted, and never shown again."}
        error={fields.clientSecret}
      >
        {(control) => (
          <Input {...control} name="clientSecret" type="password" required={!sso} autoComplete="new-password" />
        )}
      </Field>
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
