import { importDocument, waitForJob } from "@portico/services";
import { jobResponse, rest } from "@/server/rest.ts";

const WAIT_MS = 10_000;

/** Reads the next revision: from `source`, or without one from where the document came from. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body }) => {
  const input = { ...body, documentId: params.id } as Parameters<typeof importDocument>[0]["input"];
  const { jobId } = await importDocument({ ctx, input });
  return jobResponse(await waitForJob({ ctx, input: { id: jobId }, timeoutMs: WAIT_MS }));
});
