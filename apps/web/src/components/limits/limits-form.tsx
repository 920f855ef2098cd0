"use client";

import type { RequestLimits } from "@portico/services";
import { useEffect } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveLimits } from "./actions.ts";

const FIELDS: { name: keyof RequestLimits; label: string; hint: string }[] = [
  {
    name: "perCaller",
    label: "One caller on one server",
    hint: "A person, an API key or a machine; without a sign-in, one network.",
  },
  { name: "perServer", label: "One server", hint: "All its callers together." },
  { name: "inAll", label: "The organization", hint: "All its servers together." },
];

export function LimitsForm({ limits }: { limits: RequestLimits }) {
  const { state, isPending, form } = useFormAction(saveLimits, null);
  const toast = useToast();
  useEffect(() => {
    if (state?.ok) toast("The limits are saved");
  }, [state, toast]);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Limits" className="flex flex-col gap-4 rounded-card border bg-surface p-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      {FIELDS.map(({ name, label, hint }) => (
        <Field key={name} label={label} hint={hint} error={fields[name]}>
          {(control) => (
            <Input
              {...control}
              name={name}
              type="number"
              inputMode="numeric"
              min={1}
              defaultValue={limits[name] ?? ""}
              placeholder="No limit"
            />
          )}
        </Field>
      ))}
      <div className="flex items-center justify-between gap-4">
        <p className="text-sm text-muted">Requests a minute. They count within a second, for every process.</p>
        <Button type="submit" look="primary" isPending={isPending}>
          Save limits
        </Button>
      </div>
    </form>
  );
}
