import { listCalls } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params, query }) =>
  listCalls({ ctx, input: { serverId: params.id, cursor: query.get("cursor") ?? undefined, limit: query.get("limit") ?? undefined } }),
);
