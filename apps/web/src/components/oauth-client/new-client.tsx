"use client";

import { AppWindow, Bot, Plus, Terminal } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Field, Input, Textarea } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { RadioCard } from "@/components/ui/radio-card.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { makeClient } from "./actions.ts";

export function NewClient({ tokenUrl }: { tokenUrl: string }) {
  // A new form each time: the secret of the last one is gone for good.
  const [round, setRound] = useState(0);
  const router = useRouter();
  return (
    <Dialog
      title="Create an OAuth client"
      description="Most MCP clients register themselves when somebody connects. Make one here for a machine, or for a client that asks you for an id and a secret."
      onOpenChange={(isOpen) => (isOpen ? setRound((n) => n + 1) : router.refresh())}
      trigger={
        <Button look="primary" icon={<Plus size={16} aria-hidden />}>
          Create OAuth client
        </Button>
      }
    >
      <NewClientForm key={round} tokenUrl={tokenUrl} />
    </Dialog>
  );
}

function NewClientForm({ tokenUrl }: { tokenUrl: string }) {
  const { state, isPending, form } = useFormAction(makeClient, null);
  const [kind, setKind] = useState<"machine" | "app" | "device">("machine");
  if (state?.ok)
    return (
      <div className="flex flex-col gap-4">
        <p>
          {state.value.clientSecret
            ? "Copy the secret now. It is shown this once and stored nowhere that it could be read from."
            : kind === "device"
              ? "This client has no secret: people let it in with a code, each time."
              : "This client has no secret: it proves itself by PKCE."}
        </p>
        <CopyField label="Client id" text={state.value.clientId} size="large" />
        {state.value.clientSecret ? (
          <CopyField label="Client secret" text={state.value.clientSecret} size="large" />
        ) : null}
        {kind === "machine" ? (
          <p className="text-sm text-muted [overflow-wrap:anywhere]">
            It gets a token at <code className="font-mono">{tokenUrl}</code> with{" "}
            <code className="font-mono">grant_type=client_credentials</code> and the URL of a server as{" "}
            <code className="font-mono">resource</code>.
          </p>
        ) : null}
        <div className="flex justify-end">
          <DialogClose asChild>
            <Button>Close</Button>
          </DialogClose>
        </div>
      </div>
    );
  return (
    <form {...form} aria-label="Create an OAuth client" className="flex flex-col gap-4">
      {state ? <Notice kind="problem" title={state.message} /> : null}
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">Kind</legend>
        <RadioCard
          icon={Bot}
          label="A machine"
          sentence="Calls the organization's servers for itself, with its secret (client credentials)."
          name="kind"
          value="machine"
          checked={kind === "machine"}
          onChange={() => setKind("machine")}
        />
        <RadioCard
          icon={AppWindow}
          label="An app"
          sentence="People sign in with it, and it calls as them."
          name="kind"
          value="app"
          checked={kind === "app"}
          onChange={() => setKind("app")}
        />
        <RadioCard
          icon={Terminal}
          label="A program in a terminal"
          sentence="People type the code that it shows at /device, and it calls as them."
          name="kind"
          value="device"
          checked={kind === "device"}
          onChange={() => setKind("device")}
        />
      </fieldset>
      <Field label="Name" hint="People see it when they connect." error={state?.fields.name}>
        {(control) => <Input {...control} name="name" maxLength={100} required autoComplete="off" />}
      </Field>
      {kind === "app" ? (
        <>
          <Field
            label="Redirect URIs"
            hint="Where it takes people back to, one a line. The client's documentation names them."
            error={state?.fields.redirectUris}
          >
            {(control) => <Textarea {...control} name="redirectUris" rows={3} required />}
          </Field>
          <label className="flex items-start gap-2">
            <input type="checkbox" name="isPublic" className="mt-1" />
            <span>It runs on people's machines and can keep no secret</span>
          </label>
        </>
      ) : null}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Create OAuth client
        </Button>
      </div>
    </form>
  );
}
