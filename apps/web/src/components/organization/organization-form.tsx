"use client";

import type { OrganizationView } from "@portico/services";
import { useEffect } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { saveOrganization } from "./actions.ts";

export function OrganizationForm({
  organization: { name, slug },
  urlStart,
}: {
  organization: Pick<OrganizationView, "name" | "slug">;
  urlStart: string;
}) {
  const { state, isPending, form } = useFormAction(saveOrganization, null);
  const toast = useToast();
  useEffect(() => {
    if (state?.ok) toast("The name is saved");
  }, [state, toast]);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="Organization" className="flex flex-col gap-4 rounded-card border bg-surface p-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="Name" hint="People see it where they connect, and in invitations." error={fields.name}>
        {(control) => (
          <Input {...control} name="name" defaultValue={name} maxLength={200} required autoComplete="off" />
        )}
      </Field>
      <p className="text-sm text-muted">
        Its servers are at{" "}
        <span className="font-mono text-ink [overflow-wrap:anywhere]">
          {urlStart}
          {slug}/…
        </span>{" "}
        That stays, so that what people pasted into their clients keeps working.
      </p>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Save name
        </Button>
      </div>
    </form>
  );
}
