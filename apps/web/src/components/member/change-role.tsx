"use client";

import type { Role } from "@portico/services";
import { type FormEvent, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { giveRole } from "./actions.ts";
import { RoleChoice } from "./role-choice.tsx";
import { ROLE_LABELS } from "./roles.ts";

export function ChangeRole({ id, name, role, roles }: { id: string; name: string; role: Role; roles: Role[] }) {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get("role")) as Role;
    start(async () => {
      const outcome = await giveRole(id, next);
      if (!outcome.ok) return setProblem(outcome.message);
      setOpen(false);
      toast(`${name} is now ${ROLE_LABELS[next].label.toLowerCase()}`);
    });
  };
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(next) => {
        setProblem(undefined);
        setOpen(next);
      }}
      title={`Change the role of ${name}`}
      description="It holds from the next thing that they do, within a second."
      trigger={<Button aria-label={`Change the role of ${name}`}>Change role</Button>}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {problem ? <Notice kind="problem" title={problem} /> : null}
        <RoleChoice roles={roles} chosen={role} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" isPending={isPending}>
            Change role
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
