"use client";

import Link from "next/link";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { addOrganization } from "./actions.ts";

export function NewOrganizationForm({ urlStart }: { urlStart: string }) {
  const { state, isPending, form } = useFormAction(addOrganization, null);
  const fields = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="New organization" className="flex flex-col gap-4">
      {state && !state.ok ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="Name" error={fields.name}>
        {(control) => <Input {...control} name="name" required maxLength={200} autoComplete="off" autoFocus />}
      </Field>
      <Field
        label="In its URLs"
        hint={`${urlStart}… Left empty, it is made of the name. It cannot be changed later.`}
        error={fields.slug}
      >
        {(control) => <Input {...control} name="slug" autoComplete="off" spellCheck={false} />}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" size="large" isPending={isPending}>
          Create organization
        </Button>
        <Link href="/" className={buttonClass({ look: "quiet", size: "large" })}>
          Cancel
        </Link>
      </div>
    </form>
  );
}
