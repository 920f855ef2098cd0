import { isToolAllowed, type ServerAccess } from "@portico/services";
import { count } from "@/components/ui/figures.ts";

type Member = ServerAccess["members"][number];
type LimitedTool = Parameters<typeof isToolAllowed>[1];

/** Each member: whether they may use the server, why, and how much of it. */
export function PeopleList({ members, tools }: { members: Member[]; tools: LimitedTool[] }) {
  return (
    <ul aria-label="Members and what they may use" className="divide-y rounded-card border bg-surface">
      {members.map(({ id, name, email, access }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
          <div className="min-w-48 flex-1">
            <p className="font-medium">{name}</p>
            <p className="text-muted [overflow-wrap:anywhere]">{email}</p>
          </div>
          <p className="text-sm text-muted sm:text-right">
            {access ? (
              <>
                {toolWords(access, tools)}
                <br />
                {reasonWords(access)}
              </>
            ) : (
              "May not use it: not named above"
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function toolWords({ limit }: NonNullable<Member["access"]>, tools: LimitedTool[]): string {
  if (!limit) return count(tools.length, "tool");
  const allowed = tools.filter((tool) => isToolAllowed([limit], tool)).length;
  return allowed === tools.length ? count(allowed, "tool") : `${allowed} of ${count(tools.length, "tool")}`;
}

function reasonWords({ why, teams }: NonNullable<Member["access"]>): string {
  if (why === "person") return "Named in person";
  if (why === "team") return `In ${teams.join(" and ")}`;
  if (why === "organization") return "Every member may";
  return why === "public" ? "Everybody may" : "Anyone who signs in may";
}
