import { AppError, asAppError, type ChatEvent, type ChatInput, chat, whileAllowed } from "@portico/services";
import { eventStream } from "@/server/event-stream.ts";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Lets a model answer a conversation with the server's tools, as `text/event-stream`. Ends with `end` or `problem`; nothing of it is stored. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body, request }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id } as unknown as ChatInput;
  const events = whileAllowed(ctx, request.signal, (signal) => chat({ ctx, input, egress, signal }));
  return eventStream(withProblems(events), { isKeptAlive: true });
});

/** What goes wrong once the stream has begun is said in it: its status has been sent. */
async function* withProblems(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  let hasBegun = false;
  try {
    for await (const event of events) {
      yield event;
      hasBegun = true;
    }
  } catch (thrown) {
    if (!hasBegun) throw thrown;
    const error = asAppError(thrown);
    if (error instanceof AppError) return yield { type: "problem", code: "refused", message: error.message };
    const requestId = crypto.randomUUID();
    (await runtime()).telemetry.reportError(error, { requestId });
    const message = `Something went wrong on our side. Try again; the log knows it as ${requestId}.`;
    yield { type: "problem", code: "refused", message };
  }
}
