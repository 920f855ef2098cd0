import { createTeam, listTeams } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(async ({ ctx }) => ({ items: await listTeams({ ctx }), nextCursor: null }));
export const POST = rest(({ ctx, body }) =>
  createTeam({ ctx, input: body as Parameters<typeof createTeam>[0]["input"] }),
);
