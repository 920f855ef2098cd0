import { listAuditEvents } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** `?actor=usr_…&kind=member&cursor=…&limit=50`, newest first. */
export const GET = rest(({ ctx, query }) =>
  listAuditEvents({
    ctx,
    input: {
      actor: query.get("actor") ?? undefined,
      kind: query.get("kind") ?? undefined,
      cursor: query.get("cursor") ?? undefined,
      limit: query.get("limit") ?? undefined,
    },
  }),
);
