"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { signInWithForm } from "./actions.ts";

export function SignInForm({ next }: { next: string }) {
  const { state, isPending, form } = useFormAction(signInWithForm, null);
  return (
    <form {...form} aria-label="Sign in" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail address">
        {(control) => (
          <Input {...control} name="email" type="email" autoComplete="username webauthn" required autoFocus />
        )}
      </Field>
      <Field
        label="Password"
        aside={
          <Link href="/forgot-password" className="text-base text-accent underline underline-offset-2">
            Forgot your password?
          </Link>
        }
      >
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
      </Field>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        Sign in
      </Button>
    </form>
  );
}
