/** Proxies close a silent stream after a minute. */
const SILENCE_MS_MAX = 25_000;

/**
 * Values as server-sent events until they end or the reader goes away. The first one is waited for: what refuses the reader is thrown, and not
 * a stream that breaks. `isKeptAlive`: the values may be long in coming, and a comment says that more will come.
 */
export async function eventStream(
  values: AsyncIterable<unknown>,
  { isKeptAlive = false }: { isKeptAlive?: boolean } = {},
): Promise<Response> {
  const iterator = values[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<unknown>> | undefined = Promise.resolve(await iterator.next());
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      next ??= iterator.next();
      const come = isKeptAlive ? await orSilence(next) : await next;
      if (come === undefined) return controller.enqueue(encoder.encode(":\n\n"));
      next = undefined;
      const { done, value } = come;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, {
    // no-transform: a proxy that compresses would hold events back.
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

/** What comes, or undefined when nothing does for too long. */
async function orSilence<Value>(coming: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SILENCE_MS_MAX);
  });
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}
