import { removeAccess } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const DELETE = rest<{ id: string; grantId: string }>(({ ctx, params }) =>
  removeAccess({ ctx, input: { serverId: params.id, id: params.grantId } }),
);
