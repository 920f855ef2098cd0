import { listConnections } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `?cursor=…&limit=50`, newest first. */
export const GET = rest<{ id: string }>(({ ctx, params, query }) =>
  listConnections({
    ctx,
    input: {
      server: params.id,
      cursor: query.get("cursor") ?? undefined,
      limit: query.get("limit") ?? undefined,
    },
  }),
);
