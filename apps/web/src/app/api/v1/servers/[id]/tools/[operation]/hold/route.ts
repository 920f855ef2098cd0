import { letGo } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** Takes what the document says now of an operation that an upgrade held back. */
export const DELETE = rest<{ id: string; operation: string }>(({ ctx, params }) =>
  letGo({ ctx, input: { serverId: params.id, operation: params.operation } }),
);
