"use client";

import type { TeamView } from "@portico/services";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { saveTeam } from "./actions.ts";

type Member = TeamView["members"][number];

/** Makes a team, or changes its name and who is in it. */
export function TeamDialog({ team, members, trigger }: { team?: TeamView; members: Member[]; trigger: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const [round, setRound] = useState(0);
  return (
    <Dialog
      title={team ? `Change ${team.name}` : "Create a team"}
      open={isOpen}
      onOpenChange={(next) => {
        setRound((n) => n + 1);
        setOpen(next);
      }}
      trigger={trigger}
    >
      <TeamForm key={round} members={members} {...(team ? { team } : {})} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function TeamForm({ team, members, onDone }: { team?: TeamView; members: Member[]; onDone: () => void }) {
  const [name, setName] = useState(team?.name ?? "");
  const [memberIds, setMemberIds] = useState(team?.members.map(({ id }) => id) ?? []);
  const [problem, setProblem] = useState<{ message: string; name?: string | undefined }>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const save = () =>
    start(async () => {
      const outcome = await saveTeam({ ...(team ? { id: team.id } : {}), name, memberIds });
      if (!outcome.ok) return setProblem({ message: outcome.message, name: outcome.fields.name });
      toast(team ? "The team is changed" : "The team is created");
      onDone();
    });
  return (
    <form
      aria-label="Team"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem && !problem.name ? (
        <Notice kind="problem" title="The team was not saved">
          {problem.message}
        </Notice>
      ) : null}
      <Field label="Name" error={problem?.name}>
        {(control) => (
          <Input
            {...control}
            value={name}
            onChange={(event) => setName(event.target.value)}
            maxLength={100}
            required
            autoComplete="off"
          />
        )}
      </Field>
      <fieldset className="rounded-card border">
        <legend className="mb-1 font-medium">Members</legend>
        <div className="max-h-72 overflow-y-auto py-1">
          {members.map(({ id, name, email }) => (
            <label key={id} className="flex cursor-pointer items-center gap-2 px-3 py-1.5 hover:bg-hover">
              <input
                type="checkbox"
                checked={memberIds.includes(id)}
                onChange={(event) =>
                  setMemberIds((ids) => (event.target.checked ? [...ids, id] : ids.filter((one) => one !== id)))
                }
                className="size-4 accent-accent"
              />
              <span className="min-w-0 [overflow-wrap:anywhere]">
                {name} <span className="text-muted">{email}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          {team ? "Save team" : "Create team"}
        </Button>
      </div>
    </form>
  );
}
