import { listProfileArguments } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Arguments that profiles can give, with the operations that have them. */
export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listProfileArguments({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));
