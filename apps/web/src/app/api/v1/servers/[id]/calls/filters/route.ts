import { listCallFilters } from "@portico/services";
import { callFilterOf } from "@/server/call-filter.ts";
import { rest } from "@/server/rest.ts";

/** The tools, clients and callers that the calls of a `range` can be filtered by. */
export const GET = rest<{ id: string }>(({ ctx, params, query }) => {
  const { serverId, range } = callFilterOf(query, params.id);
  return listCallFilters({ ctx, input: { serverId, range } });
});
