import { removeServerDocument, reviewRemovedDocument, updateServerDocument } from "@portico/services";
import { rest } from "@/server/rest.ts";

type Params = { id: string; documentId: string };
type Changes = Omit<Parameters<typeof updateServerDocument>[0]["input"], "serverId" | "documentId">;

/** What removing it would take along. */
export const GET = rest<Params>(({ ctx, params: { id, documentId } }) =>
  reviewRemovedDocument({ ctx, input: { serverId: id, documentId } }),
);
/** `{baseUrl}`: where its tools call; `null` takes the addresses of the document. */
export const PATCH = rest<Params>(({ ctx, params: { id, documentId }, body }) =>
  updateServerDocument({ ctx, input: { ...(body as unknown as Changes), serverId: id, documentId } }),
);
export const DELETE = rest<Params>(
  async ({ ctx, params: { id, documentId } }) =>
    void (await removeServerDocument({ ctx, input: { serverId: id, documentId } })),
);
