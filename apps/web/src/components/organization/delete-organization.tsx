"use client";

import type { OrganizationView } from "@portico/services";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { removeOrganization } from "./actions.ts";

/** Deleting asks for the slug, since nothing brings an organization back. */
export function DeleteOrganization({
  organization: { name, slug, servers, members },
}: {
  organization: Pick<OrganizationView, "name" | "slug" | "servers" | "members">;
}) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [isPending, start] = useTransition();
  const run = () =>
    start(async () => {
      const outcome = await removeOrganization(typed.trim());
      if (outcome && !outcome.ok) setProblem(Object.values(outcome.fields)[0] ?? outcome.message);
    });
  return (
    <Dialog
      title={`Delete ${name}`}
      description={`${count(servers, "server")} with all credentials, profiles and connections, ${count(members, "membership")}, API keys, usage and the audit log. Clients stop working at once, and nothing brings any of it back. People keep their accounts.`}
      trigger={<Button look="destroying">Delete organization</Button>}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        {problem ? (
          <Notice kind="problem" title="The organization was not deleted">
            {problem}
          </Notice>
        ) : null}
        <Field label={<>Type {slug} to confirm</>}>
          {(control) => (
            <Input {...control} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="destroying" disabled={typed.trim() !== slug} isPending={isPending}>
            Delete organization
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
