import type { Role } from "@portico/services";

export const ROLE_LABELS: Record<Role, { label: string; sentence: string }> = {
  owner: { label: "Owner", sentence: "Everything, and makes other owners." },
  admin: { label: "Admin", sentence: "Everything but ownership: members, API keys, connections, the audit log." },
  builder: { label: "Builder", sentence: "Makes and publishes servers, and sees their usage." },
  member: { label: "Member", sentence: "Connects to the organization's servers and uses them." },
};

const ORDER = ["owner", "admin", "builder", "member"] as const satisfies Role[];

/** The roles that somebody with this role may give, the most first. */
export function rolesUpTo(role: Role): Role[] {
  return ORDER.slice(ORDER.indexOf(role));
}
