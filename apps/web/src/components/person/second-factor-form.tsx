"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { giveSecondFactor } from "./actions.ts";

export function SecondFactorForm({ next }: { next: string }) {
  const [isRecovery, setRecovery] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      {/* A form of its own for each kind, so that a wrong code of the one is not shown at the other. */}
      <CodeForm key={String(isRecovery)} next={next} isRecovery={isRecovery} />
      <div className="flex flex-wrap justify-between gap-2">
        <Button look="quiet" onClick={() => setRecovery(!isRecovery)}>
          {isRecovery ? "Use the authenticator app" : "Use a recovery code"}
        </Button>
        <Link
          href={`/sign-in?next=${encodeURIComponent(next)}`}
          className="self-center text-base text-accent underline underline-offset-2"
        >
          Start again
        </Link>
      </div>
    </div>
  );
}

function CodeForm({ next, isRecovery }: { next: string; isRecovery: boolean }) {
  const { state, isPending, form } = useFormAction(giveSecondFactor, null);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Second step of signing in" className="flex flex-col gap-4">
      {state && !state.ok && !fields.code ? <Notice kind="problem" title={state.message} /> : null}
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="kind" value={isRecovery ? "recovery" : "app"} />
      <Field
        label={isRecovery ? "Recovery code" : "Code"}
        error={fields.code}
        hint={
          isRecovery
            ? "One of those that you kept when you turned two-factor authentication on. Each works once."
            : "The 6 digits that your authenticator app shows for Portico."
        }
      >
        {(control) => (
          <Input
            {...control}
            name="code"
            className="font-mono"
            autoComplete="one-time-code"
            inputMode={isRecovery ? "text" : "numeric"}
            spellCheck={false}
            maxLength={40}
            required
            autoFocus
          />
        )}
      </Field>
      <label className="flex items-center gap-2">
        <input type="checkbox" name="trust" className="size-4 accent-accent" />
        Do not ask again in this browser for 30 days
      </label>
      <Button type="submit" look="primary" size="large" isPending={isPending}>
        Sign in
      </Button>
    </form>
  );
}
