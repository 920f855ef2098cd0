"use client";

import type { ProfileView } from "@portico/services";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { newProfile } from "./actions.ts";

interface Props {
  server: { id: string; slug: string };
  shared: ProfileView[];
  mayShare: boolean;
}

/** Asks for a name and for whom; the rest is filled in on the profile's own page. */
export function NewProfile(props: Props) {
  return (
    <Dialog
      title="New profile"
      description="Settings that this server runs with, in the place of its own."
      trigger={
        <Button look="primary" icon={<Plus size={16} aria-hidden />}>
          New profile
        </Button>
      }
    >
      <NewProfileForm {...props} />
    </Dialog>
  );
}

function NewProfileForm({ server, shared, mayShare }: Props) {
  const { state, isPending, form } = useFormAction(newProfile, null);
  const [isOwn, setOwn] = useState(!mayShare);
  const errors = state && !state.ok ? state.fields : {};
  return (
    <form {...form} aria-label="New profile" className="flex flex-col gap-4">
      <input type="hidden" name="serverId" value={server.id} />
      <input type="hidden" name="slug" value={server.slug} />
      {state && !state.ok && !errors.name ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="Name" hint="People see it when they connect." error={errors.name}>
        {(control) => (
          <Input {...control} name="name" placeholder="Production" maxLength={100} required autoComplete="off" />
        )}
      </Field>
      <Field
        label="For"
        hint={mayShare ? undefined : "A profile that others may choose too is made by a builder, admin or owner."}
      >
        {(control) => (
          <Select
            {...control}
            name="for"
            value={isOwn ? "me" : "all"}
            onChange={(event) => setOwn(event.target.value === "me")}
          >
            {mayShare ? <option value="all">Everybody who may use the server</option> : null}
            <option value="me">Me alone</option>
          </Select>
        )}
      </Field>
      {isOwn && shared.length > 0 ? (
        <Field label="On top of" hint="What that one fixes and hides stays so.">
          {(control) => (
            <Select {...control} name="baseId" defaultValue={shared[0]?.id}>
              {shared.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Create profile
        </Button>
      </div>
    </form>
  );
}
