import { removeTeam, updateTeam } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  updateTeam({ ctx, input: { ...body, id: params.id } }),
);
export const DELETE = rest<{ id: string }>(({ ctx, params }) => removeTeam({ ctx, input: params }));
