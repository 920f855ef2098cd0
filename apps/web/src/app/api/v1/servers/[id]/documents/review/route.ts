import { reviewAddedDocument } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Input = Parameters<typeof reviewAddedDocument>[0]["input"];

/** What adding a document would call its tools: `{documentId, key?}`. Nothing is written. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  reviewAddedDocument({ ctx, input: { ...body, serverId: params.id } as Input }),
);
