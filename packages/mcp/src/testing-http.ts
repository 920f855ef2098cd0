import { createServer, type IncomingMessage, type Server } from "node:http";
import type { McpRequest, McpResponse } from "./contract.ts";

/** An HTTP server around an endpoint, as thin as it can be. */
export function serveOver(answer: (request: McpRequest) => Promise<McpResponse>): Server {
  return createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const { status, headers, body, stream } = await answer(await read(incoming, gone.signal));
    outgoing.writeHead(status, headers);
    if (stream) {
      outgoing.flushHeaders();
      await stream((events) => outgoing.write(events));
    }
    outgoing.end(body);
  });
}

async function read(incoming: IncomingMessage, signal: AbortSignal): Promise<McpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const request = { method: incoming.method ?? "", headers: incoming.headers as McpRequest["headers"], signal };
  const text = Buffer.concat(chunks).toString();
  if (text === "") return request;
  try {
    return { ...request, body: JSON.parse(text) };
  } catch (error) {
    return { ...request, parseError: String(error) };
  }
}
