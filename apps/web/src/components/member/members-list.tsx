import { isAtMost, type MemberView, type Role } from "@portico/services";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { Time } from "@/components/ui/time.tsx";
import { leaveIt, remove } from "./actions.ts";
import { ChangeRole } from "./change-role.tsx";
import { ResetLink } from "./reset-link.tsx";
import { ROLE_LABELS, rolesUpTo } from "./roles.ts";

/** The people of an organization, with what the reader may do about each. */
export function MembersList({
  members,
  personId,
  role: ownRole,
  mayManage,
  organization,
}: {
  members: MemberView[];
  personId: string;
  role: Role;
  mayManage: boolean;
  organization: string;
}) {
  const owners = members.filter(({ role }) => role === "owner").length;
  return (
    <ul aria-label="Members" className="divide-y rounded-card border bg-surface">
      {members.map((member) => {
        const { id, userId, name, email, role, createdAt } = member;
        const isOwn = userId === personId;
        const isLastOwner = role === "owner" && owners === 1;
        const mayChange = mayManage && isAtMost(role, ownRole) && !isLastOwner;
        return (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <div className="min-w-48 flex-1">
              <p className="font-medium [overflow-wrap:anywhere]">
                {name} {isOwn ? <span className="font-normal text-muted">(you)</span> : null}
              </p>
              <p className="text-muted [overflow-wrap:anywhere]">{email}</p>
            </div>
            <p className="text-sm text-muted">
              Since <Time at={createdAt} />
            </p>
            <Badge title={ROLE_LABELS[role].sentence}>{ROLE_LABELS[role].label}</Badge>
            <div className="flex flex-wrap gap-2 empty:hidden">
              {mayChange ? <ChangeRole id={id} name={name} role={role} roles={rolesUpTo(ownRole)} /> : null}
              {mayManage && !isOwn && isAtMost(role, ownRole) ? <ResetLink id={id} name={name} email={email} /> : null}
              {isOwn ? (
                isLastOwner ? null : (
                  <Leave organization={organization} connections={member.connections} />
                )
              ) : mayChange ? (
                <Remove member={member} organization={organization} />
              ) : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Remove({ member: { id, name, connections }, organization }: { member: MemberView; organization: string }) {
  return (
    <Confirm
      title={`Remove ${name} from ${organization}`}
      verb={`Remove ${name}`}
      isDestroying
      done={`${name} was removed`}
      act={remove.bind(null, id)}
      trigger={<Button aria-label={`Remove ${name}`}>Remove</Button>}
    >
      <WhatEnds connections={connections} whose="their" />
      <p className="mt-2">
        API keys that they made stay: revoke those that nobody else needs. To come back, {name} has to be invited again.
      </p>
    </Confirm>
  );
}

function Leave({ organization, connections }: { organization: string; connections: number }) {
  return (
    <Confirm
      title={`Leave ${organization}`}
      verb={`Leave ${organization}`}
      isDestroying
      done={`You left ${organization}`}
      act={leaveIt}
      trigger={<Button>Leave</Button>}
    >
      <WhatEnds connections={connections} whose="your" />
      <p className="mt-2">To come back, you have to be invited again.</p>
    </Confirm>
  );
}

function WhatEnds({ connections, whose }: { connections: number; whose: "their" | "your" }) {
  const ends = connections === 0 ? "no connection" : connections === 1 ? "1 connection" : `${connections} connections`;
  return (
    <p>
      Within a second, {whose} access to the organization ends everywhere: this dashboard, {ends} of AI apps to its
      servers with what is open on them, and invitations that {whose === "their" ? "they" : "you"} sent.
    </p>
  );
}
