import { isAllowed, listMembers, listTeams } from "@portico/services";
import { Plus, Users } from "lucide-react";
import type { Metadata } from "next";
import { TeamDialog } from "@/components/team/team-dialog.tsx";
import { TeamsList } from "@/components/team/teams-list.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Teams" };

export default async function TeamsPage() {
  const { ctx, membership } = await requireSession();
  const [teams, people] = await Promise.all([listTeams({ ctx }), listMembers({ ctx })]);
  const members = people.map(({ id, name, email }) => ({ id, name, email }));
  const mayManage = isAllowed(ctx.actor, "member.manage");
  const create = mayManage ? (
    <TeamDialog
      members={members}
      trigger={
        <Button look="primary" icon={<Plus size={16} aria-hidden />}>
          Create team
        </Button>
      }
    />
  ) : undefined;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Teams" action={teams.length > 0 ? create : undefined}>
        Groups of members of {membership.name}. A server can be given to a team, with all or some of its tools.
      </PageHeader>
      {teams.length > 0 ? (
        <TeamsList teams={teams} members={members} mayManage={mayManage} />
      ) : (
        <EmptyState icon={<Users size={20} aria-hidden />} title="No teams" action={create}>
          {mayManage
            ? "Make one of the people who need the same servers; then name it under Access of each server."
            : "An owner or admin can make teams; they are listed here."}
        </EmptyState>
      )}
    </div>
  );
}
