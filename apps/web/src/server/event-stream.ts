/**
 * Values as server-sent events until they end or the reader goes away. The first one is waited for: what refuses the reader is thrown, and not
 * a stream that breaks.
 */
export async function eventStream(values: AsyncIterable<unknown>): Promise<Response> {
  const iterator = values[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<unknown>> | undefined = Promise.resolve(await iterator.next());
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await (next ?? iterator.next());
      next = undefined;
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
