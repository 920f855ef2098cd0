import { importDocument, listDocuments, waitForJob } from "@portico/services";
import { jobResponse, rest } from "@/server/rest.ts";

const WAIT_MS = 10_000;

/** `?cursor=…&limit=50`, newest first. */
export const GET = rest(({ ctx, query }) =>
  listDocuments({ ctx, input: { cursor: query.get("cursor") ?? undefined, limit: query.get("limit") ?? undefined } }),
);
export const POST = rest(async ({ ctx, body }) => {
  const { jobId } = await importDocument({ ctx, input: body as Parameters<typeof importDocument>[0]["input"] });
  return jobResponse(await waitForJob({ ctx, input: { id: jobId }, timeoutMs: WAIT_MS }));
});
