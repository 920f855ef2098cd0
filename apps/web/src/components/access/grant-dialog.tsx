"use client";

import type { AccessGrantView, InvitationLink, ToolGrant } from "@portico/services";
import { useRouter } from "next/navigation";
import { type ReactNode, useState, useTransition } from "react";
import { SentLink } from "@/components/invitation/new-invitation.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field, Input, Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { giveAccess } from "./actions.ts";
import { type GivenTool, ToolGrantChoice } from "./tool-grant-choice.tsx";

/** Whom access can be given to. */
export interface Holders {
  teams: { id: string; name: string }[];
  members: { id: string; name: string; email: string }[];
}

type Kind = "team" | "member" | "email";

/** Names a team or a person for a server; for one that is named already, changes its tools. */
export function GrantDialog({
  serverId,
  tools,
  holders,
  grant,
  trigger,
}: {
  serverId: string;
  tools: GivenTool[];
  holders: Holders;
  grant?: AccessGrantView;
  trigger: ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  // A new form each time: what was left unsaved is not there again.
  const [round, setRound] = useState(0);
  const router = useRouter();
  const close = () => {
    setOpen(false);
    router.refresh();
  };
  return (
    <Dialog
      title={grant ? `Tools of ${holderName(grant.to)}` : "Give access"}
      description={grant ? undefined : "To a team, a member, or somebody outside by their e-mail address."}
      open={isOpen}
      onOpenChange={(next) => {
        setRound((n) => n + 1);
        if (next) setOpen(true);
        else close();
      }}
      trigger={trigger}
    >
      <GrantForm key={round} {...{ serverId, tools, holders }} {...(grant ? { grant } : {})} onDone={close} />
    </Dialog>
  );
}

function GrantForm({
  serverId,
  tools,
  holders,
  grant,
  onDone,
}: {
  serverId: string;
  tools: GivenTool[];
  holders: Holders;
  grant?: AccessGrantView;
  onDone: () => void;
}) {
  const [kind, setKind] = useState<Kind>(holders.teams.length > 0 ? "team" : "email");
  const [holder, setHolder] = useState(holders.teams[0]?.id ?? "");
  const [given, setGiven] = useState<ToolGrant>(grant?.tools ?? "all");
  const [problem, setProblem] = useState<{ message: string; email?: string | undefined }>();
  const [sent, setSent] = useState<InvitationLink & { email: string }>();
  const [isPending, start] = useTransition();
  const toast = useToast();
  const pick = (next: Kind) => {
    setKind(next);
    setProblem(undefined);
    setHolder(next === "email" ? "" : ((next === "team" ? holders.teams : holders.members)[0]?.id ?? ""));
  };
  const save = () =>
    start(async () => {
      const to = grant ? toOf(grant.to) : inputOf(kind, holder.trim());
      const outcome = await giveAccess({ serverId, to, tools: given }, grant === undefined);
      if (outcome.ok) {
        const { invitation } = outcome.value;
        if (invitation?.ok) return setSent({ ...invitation.value, email: holder.trim() });
        if (invitation && !invitation.ok) toast(`Access is given, but nobody is invited: ${invitation.message}`);
        else toast(grant ? "The tools are changed, everywhere within a second" : "Access is given");
        return onDone();
      }
      const isAboutEmail =
        kind === "email" && !grant && Object.keys(outcome.fields).some((key) => key.startsWith("to"));
      setProblem({
        message: outcome.message,
        email: isAboutEmail ? "Give a whole address, such as ada@example.com." : undefined,
      });
    });
  if (sent)
    return (
      <div className="flex flex-col gap-4">
        <p>
          Access is given. With this link <span className="[overflow-wrap:anywhere]">{sent.email}</span> makes an
          account, or signs in, and is led to the server. They do not become a member.
        </p>
        <SentLink {...sent} />
      </div>
    );
  return (
    <form
      aria-label="Access"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {problem && !problem.email ? (
        <Notice kind="problem" title="Access was not given">
          {problem.message}
        </Notice>
      ) : null}
      {grant ? null : (
        <>
          <Field label="To">
            {(control) => (
              <Select {...control} value={kind} onChange={(event) => pick(event.target.value as Kind)}>
                {holders.teams.length > 0 ? <option value="team">A team</option> : null}
                {holders.members.length > 0 ? <option value="member">A member</option> : null}
                <option value="email">An e-mail address</option>
              </Select>
            )}
          </Field>
          {kind === "email" ? (
            <Field
              label="E-mail address"
              error={problem?.email}
              hint="They are invited to use this server, and nothing else of the organization."
            >
              {(control) => (
                <Input
                  {...control}
                  type="email"
                  required
                  autoComplete="off"
                  value={holder}
                  onChange={(event) => setHolder(event.target.value)}
                />
              )}
            </Field>
          ) : (
            <Field label={kind === "team" ? "Team" : "Member"}>
              {(control) => (
                <Select {...control} value={holder} onChange={(event) => setHolder(event.target.value)}>
                  {kind === "team"
                    ? holders.teams.map(({ id, name }) => (
                        <option key={id} value={id}>
                          {name}
                        </option>
                      ))
                    : holders.members.map(({ id, name, email }) => (
                        <option key={id} value={id}>
                          {name}, {email}
                        </option>
                      ))}
                </Select>
              )}
            </Field>
          )}
        </>
      )}
      <ToolGrantChoice label="Tools" tools={tools} value={given} onChange={setGiven} />
      <div className="flex justify-end">
        <Button type="submit" look="primary" isPending={isPending}>
          {grant ? "Save tools" : "Give access"}
        </Button>
      </div>
    </form>
  );
}

/** Who holds a grant, in words. */
export function holderName(to: AccessGrantView["to"]): string {
  if ("team" in to) return to.team.name;
  return "member" in to ? to.member.name : to.email;
}

function toOf(to: AccessGrantView["to"]) {
  if ("team" in to) return { teamId: to.team.id };
  return "member" in to ? { memberId: to.member.id } : { email: to.email };
}

function inputOf(kind: Kind, holder: string) {
  if (kind === "email") return { email: holder };
  return kind === "team" ? { teamId: holder } : { memberId: holder };
}
