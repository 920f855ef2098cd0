import { deleteServer, getServer, type UpdateServerInput, updateServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(({ ctx, params }) => getServer({ ctx, input: params }));
export const PATCH = rest<{ id: string }>(({ ctx, params, body }) =>
  updateServer({ ctx, input: { ...body, id: params.id } as UpdateServerInput }),
);
export const DELETE = rest<{ id: string }>(({ ctx, params }) => deleteServer({ ctx, input: params }));
