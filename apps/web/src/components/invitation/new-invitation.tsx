"use client";

import type { Role } from "@portico/services";
import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { RoleChoice } from "@/components/member/role-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyField } from "@/components/ui/copy.tsx";
import { Dialog, DialogClose } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useFormAction } from "@/components/ui/use-form-action.ts";
import { invite } from "./actions.ts";
import { MailedNote } from "./mailed.tsx";

export function NewInvitation({ roles, organization }: { roles: Role[]; organization: string }) {
  // A new form each time: the link of the last one is seen once.
  const [round, setRound] = useState(0);
  const router = useRouter();
  return (
    <Dialog
      title={`Invite somebody to ${organization}`}
      description="They get a link that lasts 7 days and works once."
      onOpenChange={(isOpen) => (isOpen ? setRound((n) => n + 1) : router.refresh())}
      trigger={
        <Button look="primary" icon={<UserPlus size={16} aria-hidden />}>
          Invite
        </Button>
      }
    >
      <InvitationForm key={round} roles={roles} />
    </Dialog>
  );
}

function InvitationForm({ roles }: { roles: Role[] }) {
  const { state, isPending, form } = useFormAction(invite, null);
  if (state?.ok) return <SentLink {...state.value} />;
  const isAboutEmail = state?.fields.email !== undefined;
  return (
    <form {...form} aria-label="Invite somebody" className="flex flex-col gap-4">
      {state && !isAboutEmail ? <Notice kind="problem" title={state.message} /> : null}
      <Field label="E-mail address" error={state?.fields.email}>
        {(control) => (
          <Input {...control} name="email" type="email" maxLength={320} required autoComplete="off" autoFocus />
        )}
      </Field>
      <RoleChoice roles={roles} chosen={roles.includes("builder") ? "builder" : "member"} />
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          Make the invitation
        </Button>
      </div>
    </form>
  );
}

/** The one time that a link is seen. */
export function SentLink({
  email,
  url,
  mailed,
}: {
  email: string;
  url: string;
  mailed: Parameters<typeof MailedNote>[0]["mailed"];
}) {
  return (
    <div className="flex flex-col gap-4">
      <p role="status">
        <MailedNote mailed={mailed} email={email} />
      </p>
      <CopyField label="Invitation link" text={url} size="large" />
      <p className="text-sm text-muted">
        It is shown this once. Sending the invitation again makes a new link and ends this one.
      </p>
      <div className="flex justify-end">
        <DialogClose asChild>
          <Button>Close</Button>
        </DialogClose>
      </div>
    </div>
  );
}
