import { overrideTool } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Replaces the edit of one tool; the operation ("GET /path") is percent-encoded in the address. An empty body resets it. */
export const PATCH = rest<{ id: string; operation: string }>(({ ctx, params, body }) =>
  overrideTool({ ctx, input: { serverId: params.id, operation: decodeURIComponent(params.operation), patch: body } }),
);
