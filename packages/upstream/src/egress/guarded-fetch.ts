import type { Egress } from "../types.ts";

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 512 * 1024;

/**
 * The guarded way out for libraries that take a `fetch`: text in, JSON out, no redirects, up to half a megabyte. What is refused or does not
 * answer rejects.
 */
export function guardedFetch({
  request,
}: Pick<Egress, "request">): (url: string, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    const { status, headers, body, truncated } = await request(
      {
        method: init.method ?? "GET",
        url,
        headers: [...new Headers(init.headers)],
        ...(init.body == null ? {} : { body: String(init.body) }),
        secrets: [],
        missingCredentials: [],
      },
      {
        timeoutMs: TIMEOUT_MS,
        bodyBytesMax: BYTES_MAX,
        redirectsMax: 0,
        ...(init.signal ? { signal: init.signal } : {}),
      },
    );
    if (truncated) throw new Error(`The answer is larger than ${BYTES_MAX} bytes.`);
    const type = headers["content-type"];
    const hasBody = status !== 204 && status !== 205 && status !== 304;
    return new Response(hasBody ? new Uint8Array(body) : null, {
      status,
      headers: typeof type === "string" ? { "content-type": type } : {},
    });
  };
}

/** What an answer that is read as it comes may cost. */
export interface StreamLimits {
  timeoutMs: number;
  /** The longest silence. */
  idleMs: number;
  bodyBytesMax: number;
}

/** The same for libraries that read an answer as it comes: the body of the response is a stream. */
export function guardedStreamingFetch(
  { stream }: Pick<Egress, "stream">,
  limits: StreamLimits,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init = {}) => {
    if (init.body != null && typeof init.body !== "string") throw new TypeError("Only text is sent from here.");
    const { status, headers, body } = await stream(
      {
        method: init.method ?? "GET",
        url: input instanceof Request ? input.url : String(input),
        headers: [...new Headers(init.headers)],
        ...(init.body == null ? {} : { body: init.body }),
        secrets: [],
        missingCredentials: [],
      },
      { ...limits, ...(init.signal ? { signal: init.signal } : {}) },
    );
    const hasBody = status !== 204 && status !== 205 && status !== 304;
    if (!hasBody) await body.return?.();
    return new Response(hasBody ? toStream(body) : null, { status, headers: new Headers(headers) });
  };
}

function toStream(body: AsyncIterableIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await body.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await body.return?.();
    },
  });
}
