import { previewShape } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** What a shape makes of a tool's sample, or of the document's example of its answer. */
export const POST = rest<{ id: string; operation: string }>(({ ctx, params, body }) =>
  previewShape({
    ctx,
    input: { ...body, serverId: params.id, operation: params.operation } as Parameters<typeof previewShape>[0]["input"],
  }),
);
