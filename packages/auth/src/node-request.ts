import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/**
 * Reads a small body whole; null when it is larger than allowed. What is left of it is read and thrown away: a client that is still
 * sending hears no answer.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) break;
    chunks.push(chunk);
  }
  if (bytes <= bytesMax) return Buffer.concat(chunks);
  request.resume();
  return null;
}

/**
 * The same request with another body, for a handler that reads the stream itself. oidc-provider reads what is on the
 * IncomingMessage; a plain Readable with those members is all it needs.
 */
export function withBody(request: IncomingMessage, body: Buffer, contentType: string): IncomingMessage {
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, socket, rawHeaders } = request;
  const headers = { ...request.headers, "content-length": String(body.length), "content-type": contentType };
  delete headers["transfer-encoding"];
  const replay = Readable.from([body], { objectMode: false });
  return Object.assign(replay, {
    method,
    url,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    socket,
    rawHeaders,
    headers,
    complete: true,
  }) as unknown as IncomingMessage;
}

/** Calls back with the body that is written to a response, once it has been. */
export function onBody(response: ServerResponse, listener: (body: string) => void): void {
  const end = response.end.bind(response);
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array)
      listener(Buffer.from(chunk as string).toString("utf8"));
    return (end as (...args: unknown[]) => ServerResponse)(chunk, ...rest);
  }) as ServerResponse["end"];
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response
    .writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers })
    .end(text);
}
