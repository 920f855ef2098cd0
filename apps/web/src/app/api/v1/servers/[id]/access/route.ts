import { getAccess, setAccess } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => getAccess({ ctx, input: { serverId: params.id } }));
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  setAccess({ ctx, input: { ...body, serverId: params.id } }),
);
