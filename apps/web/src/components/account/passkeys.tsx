"use client";

import { KeyRound, Plus } from "lucide-react";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { addPasskey, hasPasskeys } from "@/components/person/passkey.ts";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Time } from "@/components/ui/time.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { forgetPasskey, passkeyAdded } from "./actions.ts";

export function Passkeys({ passkeys }: { passkeys: { id: string; name: string; createdAt: Date | null }[] }) {
  const [isPossible, setPossible] = useState(true);
  useEffect(() => setPossible(hasPasskeys()), []);
  return (
    <div className="flex flex-col items-start gap-3">
      {passkeys.length > 0 ? (
        <ul aria-label="Passkeys" className="w-full divide-y rounded-card border bg-surface">
          {passkeys.map(({ id, name, createdAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
              <KeyRound size={16} aria-hidden className="text-muted" />
              <span className="min-w-32 flex-1 font-medium [overflow-wrap:anywhere]">{name}</span>
              {createdAt ? (
                <span className="text-sm text-muted">
                  Added <Time at={createdAt} />
                </span>
              ) : null}
              <Confirm
                title={`Remove ${name}`}
                verb="Remove passkey"
                isDestroying
                done="The passkey is removed"
                act={() => forgetPasskey(id)}
                trigger={<Button aria-label={`Remove ${name}`}>Remove</Button>}
              >
                It signs nobody in here any more. Remove it from your device, too.
              </Confirm>
            </li>
          ))}
        </ul>
      ) : null}
      {isPossible ? <AddPasskey /> : <p className="text-muted">This browser has no passkeys.</p>}
    </div>
  );
}

function AddPasskey() {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    start(async () => {
      const result = await addPasskey(name);
      if (!result.ok) return setProblem(result.message);
      await passkeyAdded();
      setOpen(false);
      toast("The passkey is added");
    });
  };
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(next) => {
        setProblem(undefined);
        setOpen(next);
      }}
      title="Add a passkey"
      description="Your device asks for your finger, face or PIN, and signs you in with that from then on."
      trigger={<Button icon={<Plus size={16} aria-hidden />}>Add a passkey</Button>}
    >
      <form onSubmit={submit} aria-label="Add a passkey" className="flex flex-col gap-4">
        {problem ? <Notice kind="problem" title={problem} /> : null}
        <Field label="Name" hint="Where it is kept, to know it again: “Laptop”, “Phone”.">
          {(control) => <Input {...control} name="name" maxLength={60} required autoComplete="off" autoFocus />}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="primary" isPending={isPending}>
            Add the passkey
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
