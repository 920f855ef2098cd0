import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { findServer } from "../server/find-server.ts";
import { usageChannel } from "./record-usage.ts";

/** How long nothing may be said: proxies close a silent stream after a minute. */
const SILENCE_MS_MAX = 25_000;

/**
 * Says "changed" whenever new usage of a server was written, and "alive" in between, until the signal is aborted. `after` is the
 * newest call that the watcher has seen: what was written between its reading and its watching is news at once.
 */
export async function* watchUsage({
  ctx,
  input,
  signal,
}: Call<{ serverId: string; after?: string | undefined }> & { signal: AbortSignal }): AsyncGenerator<
  "changed" | "alive"
> {
  authorize(ctx, "usage.read");
  const server = await findServer(ctx, input.serverId);
  let isChanged = false;
  let wake: () => void = () => {};
  const unsubscribe = await ctx.state.subscribe(usageChannel(server.id), () => {
    isChanged = true;
    wake();
  });
  signal.addEventListener("abort", () => wake(), { once: true });
  try {
    const newer = {
      serverId: server.id,
      organizationId: ctx.organizationId,
      kind: "call",
      id: { gt: input.after ?? "" },
    };
    if (await ctx.db.usageEvent.findFirst({ where: newer, select: { id: true } })) isChanged = true;
    yield "alive";
    while (!signal.aborted) {
      if (!isChanged) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, SILENCE_MS_MAX);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      if (signal.aborted) return;
      const news = isChanged ? "changed" : "alive";
      isChanged = false;
      yield news;
    }
  } finally {
    await unsubscribe();
  }
}
