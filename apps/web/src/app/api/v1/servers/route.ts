import { type CreateServerInput, createServer, listServers } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest(({ ctx, query }) => listServers({ ctx, input: { cursor: query.get("cursor") ?? undefined } }));
export const POST = rest(async ({ ctx, body }) =>
  Response.json(await createServer({ ctx, input: body as CreateServerInput }), { status: 201 }),
);
