import { getAccess, isAllowed, listTeams, listTools } from "@portico/services";
import { Plus } from "lucide-react";
import { EverybodyForm } from "@/components/access/everybody-form.tsx";
import { GrantDialog } from "@/components/access/grant-dialog.tsx";
import { GrantsList } from "@/components/access/grants-list.tsx";
import { PeopleList } from "@/components/access/people-list.tsx";
import { NotAllowed } from "@/components/shell/not-allowed.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { readServer } from "@/server/read-server.ts";

export default async function AccessPage({ params }: { params: Promise<{ slug: string }> }) {
  const { server, session } = await readServer((await params).slug);
  const { ctx } = session;
  if (!isAllowed(ctx.actor, "server.write")) return <NotAllowed what="see who may use this server" />;
  const input = { serverId: server.id };
  const [access, teams, draft] = await Promise.all([
    getAccess({ ctx, input }),
    listTeams({ ctx }),
    listTools({ ctx, input }),
  ]);
  const shown = draft.flatMap(({ tool, isSelected }) => (tool && isSelected ? [tool] : []));
  const tools = shown.map((tool) => ({ operation: tool.operation, name: tool.name, kind: tool.kind }));
  const named = new Set(
    access.grants.flatMap(({ to }) => ("team" in to ? to.team.id : "member" in to ? to.member.id : [])),
  );
  const holders = {
    teams: teams.filter(({ id }) => !named.has(id)).map(({ id, name }) => ({ id, name })),
    members: access.members.filter(({ id }) => !named.has(id)).map(({ id, name, email }) => ({ id, name, email })),
  };
  const give = (
    <GrantDialog
      {...{ serverId: server.id, tools, holders }}
      trigger={<Button icon={<Plus size={16} aria-hidden />}>Give access</Button>}
    />
  );
  return (
    <div className="flex flex-col gap-8">
      <EverybodyForm
        key={JSON.stringify([access.visibility, access.everybodyTools, access.stepUp])}
        serverId={server.id}
        access={{ visibility: access.visibility, everybodyTools: access.everybodyTools, stepUp: access.stepUp }}
        tools={tools}
      />
      <section className="flex flex-col gap-3">
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h2 className="font-semibold">Named teams and people</h2>
            <p className="max-w-2xl text-muted">
              They may use the server whatever is chosen above. What a person is given counts before what their teams
              are given, and that before everybody&rsquo;s tools.
            </p>
          </div>
          {access.grants.length > 0 ? give : null}
        </header>
        {access.grants.length > 0 ? (
          <GrantsList {...{ serverId: server.id, grants: access.grants, tools, holders }} />
        ) : (
          <EmptyState title="Nobody is named" action={give}>
            Name a team, a member, or somebody outside the organization, and say which tools they may use.
          </EmptyState>
        )}
      </section>
      <section className="flex flex-col gap-3">
        <h2 className="font-semibold">Members and why they may use it</h2>
        <PeopleList members={access.members} tools={shown} />
      </section>
    </div>
  );
}
