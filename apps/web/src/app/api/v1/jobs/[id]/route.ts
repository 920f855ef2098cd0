import { cancelJob, getJob, watchJob } from "@portico/services";
import { rest } from "@/server/rest.ts";

/** One job; as `text/event-stream`, every change of it until it ends. */
export const GET = rest<{ id: string }>(async ({ ctx, params, request }) => {
  const job = await getJob({ ctx, input: params });
  if (!request.headers.get("accept")?.includes("text/event-stream")) return job;
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        for await (const state of watchJob({ ctx, input: params, signal: request.signal })) controller.enqueue(encoder.encode(`data: ${JSON.stringify(state)}\n\n`));
      } finally {
        controller.close();
      }
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" } });
});

export const DELETE = rest<{ id: string }>(({ ctx, params }) => cancelJob({ ctx, input: params }));
