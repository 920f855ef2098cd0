import { getProfile, removeProfile, updateProfile } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; profileId: string };

export const GET = rest<Params>(({ ctx, params: { id, profileId } }) =>
  getProfile({ ctx, input: { serverId: id, id: profileId } }),
);
/**
 * Changes it. With the `lock` that was read: 409 when somebody changed it since then, with `details.who` and `details.theirs`, the profile as
 * it is now. Left out, the last writer wins.
 */
export const PATCH = rest<Params>(({ ctx, params: { id, profileId }, body }) =>
  updateProfile({ ctx, input: { ...body, serverId: id, id: profileId } }),
);
export const DELETE = rest<Params>(({ ctx, params: { id, profileId } }) =>
  removeProfile({ ctx, input: { serverId: id, id: profileId } }),
);
