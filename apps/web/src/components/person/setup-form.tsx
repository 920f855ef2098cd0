"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { setUp } from "./actions.ts";

const PASSWORD_CHARS_MIN = 10;

/** The first-run form. The code travels in the fragment of the printed link, which no server ever sees, and is filled in from there. */
export function SetupForm({ publicUrl }: { publicUrl: string }) {
  const { state, isPending, form } = useFormAction(setUp, null);
  const [values, setValues] = useState({ name: "", email: "", password: "", organization: "", code: "" });
  const [isFromLink, setFromLink] = useState(false);
  useEffect(() => {
    const take = () => {
      const code = window.location.hash.slice(1);
      if (!code) return;
      setValues((all) => ({ ...all, code }));
      setFromLink(true);
    };
    take();
    // Opening the printed link on this very page changes nothing but the fragment.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  const fields = state && !state.ok ? state.fields : {};
  const bind = (name: keyof typeof values) => ({
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues((all) => ({ ...all, [name]: event.target.value })),
  });
  const needsCode = !isFromLink || fields.code;
  return (
    <form {...form} aria-label="Set up Portico" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="Your name" error={fields.name}>
        {(control) => <Input {...control} {...bind("name")} autoComplete="name" required autoFocus />}
      </Field>
      <Field label="E-mail address" error={fields.email}>
        {(control) => <Input {...control} {...bind("email")} type="email" autoComplete="username" required />}
      </Field>
      <Field label="Password" error={fields.password} hint={`At least ${PASSWORD_CHARS_MIN} characters.`}>
        {(control) => (
          <Input
            {...control}
            {...bind("password")}
            type="password"
            autoComplete="new-password"
            minLength={PASSWORD_CHARS_MIN}
            maxLength={128}
            required
          />
        )}
      </Field>
      <Field
        label="Organization"
        aside={<span className="text-sm text-muted">optional</span>}
        error={fields.organization ?? fields.slug}
        hint={
          <>
            Part of every URL:{" "}
            <code className="font-mono text-xs [overflow-wrap:anywhere]">
              {publicUrl}/mcp/{slug(values.organization || values.name) || "your-organization"}/…
            </code>
          </>
        }
      >
        {(control) => (
          <Input {...control} {...bind("organization")} placeholder={values.name} autoComplete="organization" />
        )}
      </Field>
      {needsCode ? (
        <Field
          label="Setup code"
          error={fields.code}
          hint="Printed where Portico was started. It shows that this installation is yours."
        >
          {(control) => (
            <Input
              {...control}
              {...bind("code")}
              className="font-mono uppercase"
              autoComplete="off"
              spellCheck={false}
              placeholder="XXXX-XXXX-XXXX"
              required
            />
          )}
        </Field>
      ) : (
        <input type="hidden" name="code" value={values.code} />
      )}
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        Create the owner
      </Button>
    </form>
  );
}

/** As services make it: what the URL will say. */
function slug(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 48)
    .replace(/^-+|-+$/g, "");
}
