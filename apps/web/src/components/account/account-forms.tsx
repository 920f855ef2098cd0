"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { type FormState, newPassword, rename } from "./actions.ts";

/** Says once that a form was saved. */
export function useSaid<Value>(state: FormState<Value>, message: string): void {
  const toast = useToast();
  const said = useRef<FormState<Value>>(null);
  useEffect(() => {
    if (!state?.ok || said.current === state) return;
    said.current = state;
    toast(message);
  }, [state, message, toast]);
}

export function Problem<Value>({ state, fields }: { state: FormState<Value>; fields: string[] }) {
  if (!state || state.ok || fields.some((field) => state.fields[field])) return null;
  return <Notice kind="problem" title={state.message} />;
}

export const fieldErrors = <Value,>(state: FormState<Value>): Record<string, string> =>
  state && !state.ok ? state.fields : {};

export function NameForm({ name, email }: { name: string; email: string }) {
  const { state, isPending, form } = useFormAction(rename, null);
  useSaid(state, "Your name is saved");
  return (
    <form {...form} aria-label="Name" className="flex max-w-md flex-col gap-4">
      <Problem state={state} fields={["name"]} />
      <Field label="Name" error={fieldErrors(state).name}>
        {(control) => (
          <Input {...control} name="name" defaultValue={name} maxLength={200} autoComplete="name" required />
        )}
      </Field>
      <Field label="E-mail address" hint="What you sign in with and are invited by. It cannot be changed here.">
        {(control) => <Input {...control} value={email} readOnly autoComplete="off" />}
      </Field>
      <div>
        <Button type="submit" isPending={isPending}>
          Save name
        </Button>
      </div>
    </form>
  );
}

export function PasswordForm() {
  const { state, isPending, form } = useFormAction(newPassword, null);
  const element = useRef<HTMLFormElement>(null);
  useSaid(state, "Your password is changed, and other browsers are signed out");
  useEffect(() => {
    if (state?.ok) element.current?.reset();
  }, [state]);
  return (
    <form {...form} ref={element} aria-label="Password" className="flex max-w-md flex-col gap-4">
      <Problem state={state} fields={["current", "password"]} />
      <Field label="Present password" error={fieldErrors(state).current}>
        {(control) => <Input {...control} name="current" type="password" autoComplete="current-password" required />}
      </Field>
      <Field
        label="New password"
        error={fieldErrors(state).password}
        hint="At least 10 characters. Your other browsers are signed out."
      >
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            maxLength={128}
            required
          />
        )}
      </Field>
      <div>
        <Button type="submit" isPending={isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
