"use client";

import type { AccessGrantView } from "@portico/services";
import { Mail, User, Users } from "lucide-react";
import { SendAgain } from "@/components/invitation/send-again.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { count } from "@/components/ui/figures.ts";
import { inviteAgain, takeAccess } from "./actions.ts";
import { GrantDialog, type Holders, holderName } from "./grant-dialog.tsx";
import { type GivenTool, grantWords } from "./tool-grant-choice.tsx";

/** The teams and people who are named for a server. */
export function GrantsList({
  serverId,
  grants,
  tools,
  holders,
}: {
  serverId: string;
  grants: AccessGrantView[];
  tools: GivenTool[];
  holders: Holders;
}) {
  return (
    <ul aria-label="Named teams and people" className="divide-y rounded-card border bg-surface">
      {grants.map((grant) => {
        const name = holderName(grant.to);
        const Icon = "team" in grant.to ? Users : "member" in grant.to ? User : Mail;
        return (
          <li key={grant.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
            <div className="flex min-w-48 flex-1 gap-2.5">
              <Icon size={16} aria-hidden className="mt-0.5 shrink-0 text-muted" />
              <div className="min-w-0">
                <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
                <p className="text-muted [overflow-wrap:anywhere]">{aboutHolder(grant.to)}</p>
              </div>
            </div>
            <p className="text-sm text-muted">{grantWords(grant.tools)}</p>
            <div className="flex flex-wrap gap-2">
              {"email" in grant.to && grant.to.guest?.state !== "accepted" ? (
                <SendAgain
                  email={grant.to.email}
                  send={() => inviteAgain(serverId, grant.id)}
                  label={grant.to.guest ? "Send again" : "Invite"}
                />
              ) : null}
              <GrantDialog
                {...{ serverId, tools, holders, grant }}
                trigger={<Button aria-label={`Change tools of ${name}`}>Change tools</Button>}
              />
              <Confirm
                title={`Remove ${name}`}
                verb="Remove"
                isDestroying
                done="Removed, everywhere within a second"
                act={() => takeAccess(serverId, grant.id)}
                trigger={
                  <Button look="quiet" aria-label={`Remove ${name}`}>
                    Remove
                  </Button>
                }
              >
                What they may do then is what everybody may whom the choice above lets in. Connections of theirs that it
                does not let in stop working within a second.
              </Confirm>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function aboutHolder(to: AccessGrantView["to"]): string {
  if ("team" in to) return `Team of ${count(to.team.memberCount, "member")}`;
  if ("member" in to) return to.member.email;
  return GUESTS[to.guest?.state ?? "none"];
}

const GUESTS = {
  none: "Whoever signs in with this address; not invited yet",
  open: "Guest, invited; whoever signs in with this address may use it",
  expired: "Guest; the invitation has expired",
  accepted: "Guest",
};
