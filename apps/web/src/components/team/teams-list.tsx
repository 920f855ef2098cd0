"use client";

import type { TeamView } from "@portico/services";
import { Button } from "@/components/ui/button.tsx";
import { Confirm } from "@/components/ui/confirm.tsx";
import { count } from "@/components/ui/figures.ts";
import { deleteTeam } from "./actions.ts";
import { TeamDialog } from "./team-dialog.tsx";

export function TeamsList({
  teams,
  members,
  mayManage,
}: {
  teams: TeamView[];
  members: TeamView["members"];
  mayManage: boolean;
}) {
  return (
    <ul aria-label="Teams" className="divide-y rounded-card border bg-surface">
      {teams.map((team) => (
        <li key={team.id} className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">{team.name}</p>
            <p className="text-muted [overflow-wrap:anywhere]">
              {team.members.length === 0 ? "Nobody is in it" : team.members.map(({ name }) => name).join(", ")}
            </p>
          </div>
          <p className="text-sm text-muted">Named for {count(team.serverCount, "server")}</p>
          {mayManage ? (
            <div className="flex gap-2">
              <TeamDialog
                team={team}
                members={members}
                trigger={<Button aria-label={`Change ${team.name}`}>Change</Button>}
              />
              <Confirm
                title={`Remove ${team.name}`}
                verb="Remove team"
                isDestroying
                done="The team is removed"
                act={() => deleteTeam(team.id)}
                trigger={
                  <Button look="quiet" aria-label={`Remove ${team.name}`}>
                    Remove
                  </Button>
                }
              >
                Its members stay in the organization. What they may use only because of this team stops working within a
                second.
              </Confirm>
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
