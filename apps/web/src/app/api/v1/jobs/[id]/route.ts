import { cancelJob, getJob, watchJob, whileAllowed } from "@portico/services";
import { eventStream } from "@/server/event-stream.ts";
import { rest } from "@/server/rest.ts";

/** One job; as `text/event-stream`, every change of it until it ends. */
export const GET = rest<{ id: string }>(async ({ ctx, params, request }) => {
  const job = await getJob({ ctx, input: params });
  if (!request.headers.get("accept")?.includes("text/event-stream")) return job;
  return eventStream(whileAllowed(ctx, request.signal, (signal) => watchJob({ ctx, input: params, signal })));
});

export const DELETE = rest<{ id: string }>(({ ctx, params }) => cancelJob({ ctx, input: params }));
