import { listMembers } from "@portico/services";
import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Time } from "@/components/ui/time.tsx";
import { requireSession } from "@/server/session.ts";

export const metadata: Metadata = { title: "Members" };

const ROLES = {
  owner: ["Owner", "Everything"],
  admin: ["Admin", "Everything but ownership"],
  builder: ["Builder", "Makes servers and sees their usage"],
  member: ["Member", "Uses servers"],
} as const;

export default async function MembersPage() {
  const { ctx, membership, person } = await requireSession();
  const members = await listMembers({ ctx });
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Members">The people of {membership.name} and what each may do.</PageHeader>
      <ul aria-label="Members" className="divide-y rounded-card border bg-surface">
        {members.map(({ id, name, email, role, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3">
            <div className="min-w-48 flex-1">
              <p className="font-medium">
                {name} {email === person.email ? <span className="font-normal text-muted">(you)</span> : null}
              </p>
              <p className="text-muted [overflow-wrap:anywhere]">{email}</p>
            </div>
            <p className="text-sm text-muted">
              Since <Time at={createdAt} />
            </p>
            <Badge title={ROLES[role][1]}>{ROLES[role][0]}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}
