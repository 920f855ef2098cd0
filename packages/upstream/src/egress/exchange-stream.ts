import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { StreamedResponse, UpstreamRequest } from "../types.ts";
import { brokenAnswer, toUpstreamError, UpstreamError } from "./error.ts";
import { bodyOf, flatten } from "./exchange.ts";
import { isEncoded } from "./read-body.ts";
import type { Stop } from "./stop.ts";

export interface ExchangeStreamOptions {
  headers: string[];
  bodyBytesMax: number;
  /** The longest silence, before the answer begins and within it. */
  idleMs: number;
  /** Ended here once the body has ended. */
  stop: Stop;
}

/** One request, and its answer as soon as it begins. The connection is closed when the body is given up, or is longer than it may be. */
export function exchangeStream(
  agent: Dispatcher,
  url: Pick<URL, "origin" | "pathname" | "search">,
  request: UpstreamRequest,
  { headers, bodyBytesMax, idleMs, stop }: ExchangeStreamOptions,
): Promise<StreamedResponse> {
  return new Promise((resolve, reject) => {
    if (stop.reason) return reject(stop.reason);
    stop.listener = reject;
    let body: Readable | undefined;

    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method as Dispatcher.HttpMethod,
        headers,
        body: request.body ?? null,
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      },
      {
        onRequestStart(controller) {
          if (stop.reason) return controller.abort(stop.reason);
          stop.listener = (reason) => {
            controller.abort(reason);
            reject(reason);
          };
        },
        onResponseStart(controller, status, given) {
          if (status < 200) return;
          const head = { status, headers: flatten(given) };
          const encoding = head.headers["content-encoding"] ?? "";
          if (isEncoded(encoding)) {
            const text = `The API's answer is encoded as ${JSON.stringify(encoding.slice(0, 80))}, which was not asked for.`;
            return controller.abort(new UpstreamError("bad_answer", text));
          }
          body = bodyOf(controller);
          resolve({ ...head, body: readable(body, bodyBytesMax, stop) });
        },
        onResponseData(controller, chunk) {
          if (body && !body.push(chunk)) controller.pause();
        },
        onResponseEnd() {
          body?.push(null);
        },
        onResponseError(_controller, error) {
          if (body) body.destroy(brokenAnswer(error) as Error);
          else reject(error);
        },
      },
    );
  });
}

/** Given up, it lets go of its connection, even when nothing of it was read. */
function readable(body: Readable, bytesMax: number, stop: Stop): AsyncIterableIterator<Uint8Array> {
  const chunks = bounded(body, bytesMax, stop);
  return {
    next: () => chunks.next(),
    async return() {
      stop.end();
      body.destroy();
      return chunks.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The body up to its limit. Why it ends early is said in words, and nothing of it goes on behind its reader's back. */
async function* bounded(body: Readable, bytesMax: number, stop: Stop): AsyncGenerator<Uint8Array, undefined> {
  let left = bytesMax;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      left -= chunk.length;
      if (left < 0) throw new UpstreamError("too_large", `The API's answer is larger than ${bytesMax} bytes.`);
      yield chunk;
    }
  } catch (error) {
    throw stop.reason ?? toUpstreamError(error);
  } finally {
    stop.end();
    body.destroy();
  }
  return undefined;
}
