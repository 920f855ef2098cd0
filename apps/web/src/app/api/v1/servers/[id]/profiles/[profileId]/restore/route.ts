import { restoreProfile } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Brings a removed profile back, with its values and for the connections that had chosen it; for a day. */
export const POST = rest<{ id: string; profileId: string }>(({ ctx, params: { id, profileId } }) =>
  restoreProfile({ ctx, input: { serverId: id, id: profileId } }),
);
