import { isAllowed, listInvitations, listMembers } from "@portico/services";
import type { Metadata } from "next";
import { InvitationsList } from "@/components/invitation/invitations-list.tsx";
import { NewInvitation } from "@/components/invitation/new-invitation.tsx";
import { MembersList } from "@/components/member/members-list.tsx";
import { rolesUpTo } from "@/components/member/roles.ts";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage() {
  const { ctx, membership, person } = await requireSession();
  const mayManage = isAllowed(ctx.actor, "member.manage");
  const [members, invitations] = await Promise.all([listMembers({ ctx }), mayManage ? listInvitations({ ctx }) : []]);
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader
        title="Members"
        action={
          mayManage ? <NewInvitation roles={rolesUpTo(membership.role)} organization={membership.name} /> : undefined
        }
      >
        The people of {membership.name} and what each may do.
      </PageHeader>
      <MembersList
        members={members}
        personId={person.id}
        role={membership.role}
        mayManage={mayManage}
        organization={membership.name}
      />
      {invitations.length > 0 ? (
        <section className="mt-8 flex flex-col gap-3">
          <h2 className="text-lg font-semibold">Open invitations</h2>
          <InvitationsList invitations={invitations} />
        </section>
      ) : mayManage && members.length === 1 ? (
        <p className="mt-4 text-muted">Nobody else belongs to {membership.name} yet. Invite the first one.</p>
      ) : null}
    </div>
  );
}
