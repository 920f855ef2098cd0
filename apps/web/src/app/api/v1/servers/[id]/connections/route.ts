import { listConnections } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listConnections({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));
