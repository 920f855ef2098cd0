import type { McpRequest, McpResponse } from "./contract.ts";
import { takesEventStream } from "./headers.ts";
import { event, STREAM_HEADERS } from "./responses.ts";

/** Sends a message of ours before the answer; false when this client cannot get one. */
export type Send = (json: string) => boolean;

/** For who can hear nothing but the answer. */
export const nobody: Send = () => false;

/**
 * Answers a request that may have something to say before its answer is there. As long as nothing is said this is an
 * ordinary response; the first message turns it into a stream that ends with the answer.
 */
export function converse(request: McpRequest, work: (send: Send) => Promise<McpResponse>): Promise<McpResponse> {
  if (!takesEventStream(request.headers.accept)) return work(nobody);
  return new Promise((resolve, reject) => {
    const waiting: string[] = [];
    let write: ((events: string) => void) | undefined;
    const answer = work((json) => {
      const text = event(json);
      if (write) write(text);
      else waiting.push(text);
      resolve({ status: 200, headers: { ...STREAM_HEADERS }, stream });
      return true;
    });
    answer.then(resolve, reject);

    async function stream(writeOut: (events: string) => void): Promise<void> {
      write = writeOut;
      for (const text of waiting.splice(0)) writeOut(text);
      const { body, headers } = await answer;
      if (body === undefined) return;
      const text = String(body);
      writeOut(headers["content-type"] === STREAM_HEADERS["content-type"] ? text : event(text));
    }
  });
}
