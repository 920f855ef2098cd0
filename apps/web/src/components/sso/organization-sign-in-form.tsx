"use client";

import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { signInWithOrganization } from "./actions.ts";

export function OrganizationSignInForm({ next }: { next: string }) {
  const { state, isPending, form } = useFormAction(signInWithOrganization, null);
  return (
    <form {...form} aria-label="Sign in with your organization" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail address">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        Continue
      </Button>
    </form>
  );
}
