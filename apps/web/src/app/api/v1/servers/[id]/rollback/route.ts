import { rollbackServer } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  rollbackServer({ ctx, input: { ...body, id: params.id } as Parameters<typeof rollbackServer>[0]["input"] }),
);
