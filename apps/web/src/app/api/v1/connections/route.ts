import { listConnections, revokeConnectionsOf } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `?server=payments&person=usr_…&cursor=…&limit=50`, newest first. */
export const GET = rest(({ ctx, query }) =>
  listConnections({
    ctx,
    input: {
      server: query.get("server") ?? undefined,
      person: query.get("person") ?? undefined,
      cursor: query.get("cursor") ?? undefined,
      limit: query.get("limit") ?? undefined,
    },
  }),
);

/** `?person=usr_…`: every connection of that person. */
export const DELETE = rest(({ ctx, query }) =>
  revokeConnectionsOf({ ctx, input: { person: query.get("person") ?? "" } }),
);
