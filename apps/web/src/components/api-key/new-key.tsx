"use client";

import type { ApiKeyScope } from "@portico/services";
import { CircleAlert, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { makeKey } from "./actions.ts";
import { SCOPE_LABELS } from "./scopes.ts";

const LIFETIMES = [
  ["7", "In a week"],
  ["30", "In 30 days"],
  ["90", "In 90 days"],
  ["365", "In a year"],
  ["0", "Never"],
] as const;

/** Servers that a key can be for. */
export type KeyServers = { id: string; title: string }[];

export function NewKey({ servers }: { servers: KeyServers }) {
  // A new form each time: the key of the last one is gone for good.
  const [round, setRound] = useState(0);
  const router = useRouter();
  return (
    <Dialog
      title="Create an API key"
      description="For machines: the REST API, and MCP clients that cannot sign in."
      onOpenChange={(isOpen) => (isOpen ? setRound((n) => n + 1) : router.refresh())}
      trigger={
        <Button look="primary" icon={<Plus size={16} aria-hidden />}>
          Create API key
        </Button>
      }
    >
      <NewKeyForm key={round} servers={servers} />
    </Dialog>
  );
}

function NewKeyForm({ servers }: { servers: KeyServers }) {
  const [server, setServer] = useState("");
  const { state, isPending, form } = useFormAction(makeKey, null);
  if (state?.ok)
    return (
      <div className="flex flex-col gap-4">
        <p>
          Copy the key of <strong className="font-medium">{state.value.name}</strong> now. It is shown this once and
          stored nowhere that it could be read from.
        </p>
        <CopyField label="API key" text={state.value.key} size="large" />
        <div className="flex justify-end">
          <DialogClose asChild>
            <Button>Close</Button>
          </DialogClose>
        </div>
      </div>
    );
  return (
    <form {...form} aria-label="Create an API key" className="flex flex-col gap-4">
      {state ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="Name" hint="What will use it, to know it again later." error={state?.fields.name}>
        {(control) => <Input {...control} name="name" maxLength={100} required autoComplete="off" />}
      </Field>
      <Field label="Expires">
        {(control) => (
          <Select {...control} name="days" defaultValue="365">
            {LIFETIMES.map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {servers.length > 0 ? (
        <Field
          label="For"
          error={state?.fields.serverId}
          hint={server ? "It calls the tools of this server, and can do nothing else." : undefined}
        >
          {(control) => (
            <Select {...control} name="server" value={server} onChange={(event) => setServer(event.target.value)}>
              <option value="">All servers</option>
              {servers.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      <fieldset className="flex flex-col gap-2" hidden={server !== ""} disabled={server !== ""}>
        <legend className="mb-1 font-medium">It may</legend>
        {(Object.keys(SCOPE_LABELS) as ApiKeyScope[]).map((scope) => (
          <label key={scope} className="flex cursor-pointer gap-2.5">
            <input
              type="checkbox"
              name="scope"
              value={scope}
              defaultChecked={scope !== "audit"}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{SCOPE_LABELS[scope].label}</span>
              <span className="block text-sm text-muted">{SCOPE_LABELS[scope].sentence}</span>
            </span>
          </label>
        ))}
        {state?.fields.scopes ? (
          <p role="alert" className="flex gap-1.5 text-sm font-medium">
            <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
            {state.fields.scopes}
          </p>
        ) : null}
      </fieldset>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Create API key
        </Button>
      </div>
    </form>
  );
}
