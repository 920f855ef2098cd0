"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { joinAsNew, joinAsPerson } from "./actions.ts";

const PASSWORD_CHARS_MIN = 10;

/** For somebody new: a name and a password. The address is the invitation's. */
export function JoinAsNew({ email, verb }: { email: string; verb: string }) {
  const { state, isPending, form } = useFormAction(joinAsNew, null);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Create your account" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="E-mail address">
        {(control) => <Input {...control} type="email" value={email} readOnly autoComplete="username" />}
      </Field>
      <Field label="Your name" error={fields.name}>
        {(control) => <Input {...control} name="name" maxLength={200} autoComplete="name" required autoFocus />}
      </Field>
      <Field label="Password" error={fields.password} hint={`At least ${PASSWORD_CHARS_MIN} characters.`}>
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={PASSWORD_CHARS_MIN}
            maxLength={128}
            required
          />
        )}
      </Field>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        {verb}
      </Button>
    </form>
  );
}

export function JoinAsPerson({ verb }: { verb: string }) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const join = () =>
    start(async () => {
      const outcome = await joinAsPerson();
      if (!outcome.ok) setProblem(outcome.message);
    });
  return (
    <div className="flex flex-col gap-4">
      {problem ? <Notice kind="problem" title={problem} /> : null}
      <Button look="primary" size="large" isPending={isPending} onClick={join}>
        {verb}
      </Button>
    </div>
  );
}
