import { removeProfileValue, setProfileValue } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; profileId: string; field: string };

export const PUT = rest<Params>(({ ctx, params: { id, profileId, field }, body }) =>
  setProfileValue({ ctx, input: { serverId: id, id: profileId, field, value: body.value } }),
);
export const DELETE = rest<Params>(({ ctx, params: { id, profileId, field } }) =>
  removeProfileValue({ ctx, input: { serverId: id, id: profileId, field } }),
);
