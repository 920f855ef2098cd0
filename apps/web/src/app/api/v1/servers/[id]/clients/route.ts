import { previewClients } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What each known client gets of what is served; with `?of=draft`, of what would be. */
export const GET = rest<{ id: string }>(({ ctx, params, query }) => {
  const of = (query.get("of") ?? "published") as "published" | "draft";
  return previewClients({ ctx, input: { serverId: params.id, of } });
});
