import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { createMcpEndpoint, createSessionCodec, type McpRequest } from "@portico/mcp";
import { createShared } from "@portico/mcp/testing";
import Fastify from "fastify";
import { createFixture } from "./fixture.ts";

/** The fixture behind the endpoint that every published server has, on a free port; its state is in memory. */
export async function startFixtureServer(): Promise<{ url: string; close(): Promise<void> }> {
  const { deps, listeners } = createShared();
  const tombstones = new Set<string>();
  let changes = 0;
  const fixture = createFixture(() => {
    changes++;
    for (const listener of listeners) listener.onVersion(`fixture-${changes + 1}`);
  });
  const endpoint = createMcpEndpoint({
    sessions: createSessionCodec({ keys: [randomBytes(32)], now: Date.now, ttlSeconds: 3600 }),
    isTombstoned: async (sid) => tombstones.has(sid),
    tombstone: async (sid) => void tombstones.add(sid),
    ...deps,
    onEvent: (event) => {
      if (event.type === "internal_error") console.error(event.error);
    },
  });
  const server = Fastify({ bodyLimit: 4 * 1024 * 1024 });
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.all("/mcp", async (request, reply) => {
    // The gateway has guards of its own, which the generated server is tested with.
    const { host, origin } = request.headers;
    if (host !== new URL(publicUrl).host || (origin !== undefined && origin !== publicUrl))
      return reply.code(403).send({});
    const gone = new AbortController();
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const answer = await endpoint({
      ...fixture,
      principal: { subject: "anonymous", kind: "anonymous" },
      request: read(request.method, request.headers as McpRequest["headers"], request.body, gone.signal),
    });
    if (!answer.stream) return reply.code(answer.status).headers(answer.headers).send(answer.body?.toString());
    reply.hijack();
    reply.raw.writeHead(answer.status, answer.headers);
    reply.raw.flushHeaders();
    await answer.stream((events) => reply.raw.write(events));
    reply.raw.end();
    return reply;
  });
  await server.listen({ port, host: "127.0.0.1" });
  return { url: `${publicUrl}/mcp`, close: () => server.close() };
}

function read(method: string, headers: McpRequest["headers"], text: unknown, signal: AbortSignal): McpRequest {
  if (typeof text !== "string" || text === "") return { method, headers, signal };
  try {
    return { method, headers, signal, body: JSON.parse(text) };
  } catch (error) {
    return { method, headers, signal, parseError: String(error) };
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
