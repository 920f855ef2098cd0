import { getTool, overrideTool } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; operation: string };

/** One tool of the draft beside what the document gives; the operation ("GET /path") is percent-encoded in the address. */
export const GET = rest<Params>(({ ctx, params }) =>
  getTool({ ctx, input: { serverId: params.id, operation: params.operation } }),
);

/** Replaces the edit of one tool. An empty body resets it. */
export const PATCH = rest<Params>(({ ctx, params, body }) =>
  overrideTool({ ctx, input: { serverId: params.id, operation: params.operation, patch: body } }),
);
