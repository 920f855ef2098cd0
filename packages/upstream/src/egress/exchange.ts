import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { UpstreamRequest } from "../types.ts";
import { brokenAnswer } from "./error.ts";
import { isEncoded, readBody } from "./read-body.ts";
import { createSink, type ReadBody } from "./sink.ts";
import type { Stop } from "./stop.ts";

export interface AnswerHead {
  status: number;
  /** Lower-case names; repeated headers are joined with a comma. */
  headers: Record<string, string>;
}

export interface ExchangeOptions {
  headers: string[];
  bodyBytesMax: number;
  stop: Stop;
  /** Whether the body is read; otherwise it is dropped with its connection. */
  isWanted: (head: AnswerHead) => boolean;
}

/**
 * One request and its answer, by `dispatch`: a stream for each body would cost as much as all the rest. Only an encoded body
 * gets one. Reading stops at the limit.
 */
export function exchange(
  agent: Dispatcher,
  url: Pick<URL, "origin" | "pathname" | "search">,
  request: UpstreamRequest,
  { headers, bodyBytesMax, stop, isWanted }: ExchangeOptions,
): Promise<AnswerHead & ReadBody> {
  return new Promise((resolve, reject) => {
    if (stop.reason) return reject(stop.reason);
    let head: AnswerHead | undefined;
    let sink = createSink(bodyBytesMax);
    let encoded: Readable | undefined;
    // Let go of at the end: whatever still holds this exchange would keep all of its request alive until a full collection.
    let running: Dispatcher.DispatchController | undefined;
    const finish = ({ body, truncated }: ReadBody) => {
      running = undefined;
      const { status, headers } = head as AnswerHead;
      resolve({ status, headers, body, truncated });
    };
    const fail = (error: unknown) => {
      running = undefined;
      reject(head ? brokenAnswer(error) : error);
    };
    stop.listener = (reason) => {
      running?.abort(reason);
      reject(reason);
    };

    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method as Dispatcher.HttpMethod,
        headers,
        body: request.body ?? null,
      },
      {
        onRequestStart(controller) {
          if (stop.reason) return controller.abort(stop.reason);
          running = controller;
        },
        onResponseStart(controller, status, given) {
          if (status < 200) return;
          head = { status, headers: flatten(given) };
          if (!isWanted(head)) {
            finish(sink.end());
            controller.abort(new Error("The answer is not wanted."));
            return;
          }
          const encoding = head.headers["content-encoding"] ?? "";
          if (!isEncoded(encoding)) {
            sink = createSink(bodyBytesMax, Number(head.headers["content-length"]) || 0);
            return;
          }
          encoded = bodyOf(controller);
          readBody(encoded, encoding, bodyBytesMax).then(finish, (error) => {
            encoded?.destroy();
            fail(error);
          });
        },
        onResponseData(controller, chunk) {
          if (encoded) {
            if (!encoded.push(chunk)) controller.pause();
          } else if (!sink.write(chunk)) {
            finish(sink.end());
            controller.abort(new Error("The rest is not wanted."));
          }
        },
        onResponseEnd() {
          if (encoded) encoded.push(null);
          else finish(sink.end());
        },
        onResponseError(_controller, error) {
          if (encoded) encoded.destroy(error);
          else fail(error);
        },
      },
    );
  });
}

/** The body of an answer as a stream that is pushed to. What is given up of it closes the connection. */
export function bodyOf(controller: Dispatcher.DispatchController): Readable {
  const body = new Readable({
    read: () => controller.resume(),
    destroy: (error, done) => {
      if (!body.readableEnded) controller.abort(error ?? new Error("The rest is not wanted."));
      done(error);
    },
  });
  // Whoever reads it hears of it, too.
  body.on("error", () => {});
  return body;
}

/** undici gives names in lower case, and values that are no list as they are. */
function isFlat(headers: Record<string, string | string[] | undefined>): headers is Record<string, string> {
  for (const name in headers) if (typeof headers[name] !== "string" || name === "__proto__") return false;
  return true;
}

/** Headers as they are looked up. */
export function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  if (isFlat(headers)) return headers;
  const out: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined && name !== "__proto__")
      out[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return out;
}
