import { type PublishSourceInput, publishSource, waitForJob } from "@portico/services";
import { jobResponse, rest } from "@/server/rest.ts";

/** How long the answer waits for the job before it is 202. */
const WAIT_MS = 10_000;

export const POST = rest(async ({ ctx, body }) => {
  const { jobId } = await publishSource({ ctx, input: body as PublishSourceInput });
  return jobResponse(await waitForJob({ ctx, input: { id: jobId }, timeoutMs: WAIT_MS }));
});
