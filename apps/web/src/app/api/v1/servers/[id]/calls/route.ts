import { listCalls, watchUsage, whileAllowed } from "@portico/services";
import { callFilterOf } from "@/server/call-filter.ts";
import { eventStream } from "@/server/event-stream.ts";
import { rest } from "@/server/rest.ts";

/**
 * A server's calls, filtered by `tool`, `outcome`, `status`, `client`, `who` and `range`; as `text/event-stream`, a word whenever ones newer
 * than `after` were written.
 */
export const GET = rest<{ id: string }>(async ({ ctx, params, query, request }) => {
  if (request.headers.get("accept")?.includes("text/event-stream"))
    return eventStream(
      whileAllowed(ctx, request.signal, (signal) =>
        watchUsage({ ctx, input: { serverId: params.id, after: query.get("after") ?? undefined }, signal }),
      ),
    );
  const [cursor, limit] = [query.get("cursor") ?? undefined, query.get("limit") ?? undefined];
  return listCalls({ ctx, input: { ...callFilterOf(query, params.id), cursor, limit } });
});
