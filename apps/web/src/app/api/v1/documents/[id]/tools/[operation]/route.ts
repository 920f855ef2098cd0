import { getDocumentTool } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** The tool that one operation becomes; the operation ("GET /path") is percent-encoded in the address. */
export const GET = rest<{ id: string; operation: string }>(({ ctx, params }) =>
  getDocumentTool({ ctx, input: { documentId: params.id, operation: params.operation } }),
);
