import { importDocument, waitForJob } from "@portico/services";
import { jobResponse, rest } from "@/server/rest.ts";

const WAIT_MS = 10_000;

export const POST = rest(async ({ ctx, body }) => {
  const { jobId } = await importDocument({ ctx, input: body as Parameters<typeof importDocument>[0]["input"] });
  return jobResponse(await waitForJob({ ctx, input: { id: jobId }, timeoutMs: WAIT_MS }));
});
