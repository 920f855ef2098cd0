import { previewTool } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What each known client would get of one tool of the draft, what is changed for it and why, and the tokens before and after the edits. */
export const GET = rest<{ id: string; operation: string }>(({ ctx, params }) =>
  previewTool({ ctx, input: { serverId: params.id, operation: params.operation } }),
);
