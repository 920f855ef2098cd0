"use client";

import Link from "next/link";
import { useState, useTransition } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { askForReset, chooseNewPassword, type EntryState, enterByLink, sendSignInLink } from "./actions.ts";

/** Asks for an address and says the same whoever has it. */
function MailForm({
  label,
  verb,
  sent,
  action,
  next = "/",
}: {
  label: string;
  verb: string;
  sent: string;
  action: (before: EntryState, form: FormData) => Promise<EntryState>;
  /** Where to go once signed in. */
  next?: string;
}) {
  const { state, isPending, form } = useFormAction(action, null);
  if (state?.ok)
    return (
      <div className="flex flex-col gap-4">
        <p role="status">{sent}</p>
        <Link
          href={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}
          className={buttonClass({ size: "large" })}
        >
          Back to sign-in
        </Link>
      </div>
    );
  return (
    <form {...form} aria-label={label} className="flex flex-col gap-4">
      {state && !state.fields.email ? <Notice kind="problem" title={state.message} /> : null}
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail address" error={state?.fields.email}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        {verb}
      </Button>
    </form>
  );
}

export function ForgotPasswordForm() {
  return (
    <MailForm
      label="Reset your password"
      verb="Send the link"
      sent="If somebody here has this address, a link is on its way to it. It works once, within an hour."
      action={askForReset}
    />
  );
}

export function SignInLinkForm({ next }: { next: string }) {
  return (
    <MailForm
      label="Get a sign-in link"
      verb="Send the link"
      sent="If somebody here has this address, a link is on its way to it. It works once, within 15 minutes."
      action={sendSignInLink}
      next={next}
    />
  );
}

export function NewPasswordForm({ token, email }: { token: string; email: string }) {
  const { state, isPending, form } = useFormAction(chooseNewPassword.bind(null, token), null);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Choose a new password" className="flex flex-col gap-4">
      {state && !state.ok && !fields.password ? <Notice kind="problem" title={state.message} /> : null}
      <input type="hidden" name="email" value={email} autoComplete="username" />
      <Field label="New password" error={fields.password} hint="At least 10 characters. Other browsers are signed out.">
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            maxLength={128}
            required
            autoFocus
          />
        )}
      </Field>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        Change the password and sign in
      </Button>
    </form>
  );
}

export function EnterByLink({ token, next }: { token: string; next: string }) {
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await enterByLink(token, next);
      if (!outcome.ok) setProblem(outcome.message);
    });
  return (
    <div className="flex flex-col gap-4">
      {problem ? <Notice kind="problem" title={problem} /> : null}
      <Button look="primary" size="large" isPending={isPending} onClick={run} autoFocus>
        Sign in
      </Button>
    </div>
  );
}
