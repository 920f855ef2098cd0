import { type AddServerDocumentInput, addServerDocument, listServerDocuments } from "@portico/services";
import { rest } from "@/server/rest.ts";

export const GET = rest<{ id: string }>(async ({ ctx, params }) => ({
  items: await listServerDocuments({ ctx, input: { serverId: params.id } }),
  nextCursor: null,
}));

/** Makes an imported document one more that the server's tools come from: `{documentId, select?, key?, baseUrl?, lock?}`. */
export const POST = rest<{ id: string }>(({ ctx, params, body }) =>
  addServerDocument({ ctx, input: { ...body, serverId: params.id } as AddServerDocumentInput }),
);
