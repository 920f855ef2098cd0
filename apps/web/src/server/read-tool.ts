import { getTool, type ToolDetail } from "@portico/services";
import { cache } from "react";
import { orNotFound } from "./found.ts";
import { readServer } from "./read-server.ts";

/** The server and the tool of a page's address; asked once a request. The operation comes as it stands in the address. */
export const readTool = cache(async (slug: string, segment: string) => {
  const { server, session } = await readServer(slug);
  const operation = decodeURIComponent(segment);
  const { ctx } = session;
  const detail: ToolDetail = await orNotFound(getTool({ ctx, input: { serverId: server.id, operation } }));
  return { server, session, operation, ...detail };
});
