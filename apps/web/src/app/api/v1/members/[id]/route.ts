import { changeRole, leaveOrganization, type Role, removeMember } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  changeRole({ ctx, input: { id: params.id, role: body.role as Role } }),
);

/** "me" leaves the organization. */
export const DELETE = rest<{ id: string }>(({ ctx, params }) =>
  params.id === "me" ? leaveOrganization({ ctx }) : removeMember({ ctx, input: params }),
);
