import { type ChatInput, chat, whileAllowed } from "@portico/services";
import { eventStream } from "@/server/event-stream.ts";
import { rest } from "@/server/rest.ts";
import { runtime } from "@/server/runtime.ts";

/** Lets a model answer a conversation with the server's tools, as `text/event-stream`. Ends with `end` or `problem`; nothing of it is stored. */
export const POST = rest<{ id: string }>(async ({ ctx, params, body, request }) => {
  const { egress } = await runtime();
  const input = { ...body, serverId: params.id } as unknown as ChatInput;
  return eventStream(
    whileAllowed(ctx, request.signal, (signal) => chat({ ctx, input, egress, signal })),
    {
      isKeptAlive: true,
    },
  );
});
