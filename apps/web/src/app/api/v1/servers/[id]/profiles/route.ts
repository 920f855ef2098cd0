import { createProfile, listProfileFields, listProfiles, listRemovedProfiles } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Input = Parameters<typeof createProfile>[0]["input"];

/** `fields`: what profiles of this server can have values for; `removed`: those that can be brought back still. */
export const GET = rest<{ id: string }>(async ({ ctx, params }) => {
  const input = { serverId: params.id };
  const [items, fields, removed] = await Promise.all([
    listProfiles({ ctx, input }),
    listProfileFields({ ctx, input }),
    listRemovedProfiles({ ctx, input }),
  ]);
  return { items, nextCursor: null, fields, removed };
});
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  createProfile({ ctx, input: { ...body, serverId: params.id } as Input }),
);
