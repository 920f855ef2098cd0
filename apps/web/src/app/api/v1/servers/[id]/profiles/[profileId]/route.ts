import { getProfile, removeProfile, updateProfile } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; profileId: string };

export const GET = rest<Params>(({ ctx, params: { id, profileId } }) =>
  getProfile({ ctx, input: { serverId: id, id: profileId } }),
);
export const PATCH = rest<Params>(({ ctx, params: { id, profileId }, body }) =>
  updateProfile({ ctx, input: { ...body, serverId: id, id: profileId } }),
);
export const DELETE = rest<Params>(({ ctx, params: { id, profileId } }) =>
  removeProfile({ ctx, input: { serverId: id, id: profileId } }),
);
