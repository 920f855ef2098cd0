import { grantAccess } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Input = Parameters<typeof grantAccess>[0]["input"];

export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  grantAccess({ ctx, input: { ...body, serverId: params.id } as Input }),
);
