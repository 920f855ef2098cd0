"use client";

import type { RequestLimits } from "@portico/services";
import { useEffect } from "react";
import { Button } from "@/components/ui/button.tsx";
import { cx } from "@/components/ui/cx.ts";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveLimits } from "./actions.ts";

interface LimitField {
  name: keyof RequestLimits;
  label: string;
  hint: string;
}

const GROUPS: { title: string; hint: string; fields: LimitField[] }[] = [
  {
    title: "Requests a minute",
    hint: "A client that sends more is told when to try again. They count within a second, for every process.",
    fields: [
      {
        name: "perCaller",
        label: "One caller on one server",
        hint: "A person, an API key or a machine; without a sign-in, one network.",
      },
      { name: "perServer", label: "One server", hint: "All its callers together." },
      { name: "inAll", label: "The organization", hint: "All its servers together." },
    ],
  },
  {
    title: "Calls a month",
    hint: "When they are used up, tools say so until the next month begins (UTC). Owners and admins get a mail at 80 % and at the end.",
    fields: [
      { name: "monthPerServer", label: "Each server", hint: "All its callers together." },
      { name: "monthInAll", label: "The whole organization", hint: "All its servers together." },
    ],
  },
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
      {GROUPS.map((group, at) => (
        <fieldset key={group.title} className={cx("flex flex-col gap-4", at > 0 && "border-t pt-4")}>
          {/* Floating, it is an item like the others: a legend stands in the border otherwise. */}
          <legend className="float-left w-full">
            <span className="block font-semibold">{group.title}</span>
            <span className="block text-muted">{group.hint}</span>
          </legend>
          {group.fields.map(({ name, label, hint }) => (
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
        </fieldset>
      ))}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save limits
        </Button>
      </div>
    </form>
  );
}
