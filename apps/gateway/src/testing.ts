import http, { type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createApiKey,
  getJob,
  type PublishSourceInput,
  publishSource,
  recordUsage,
  runJob,
  type UsageBatch,
  type UsageEvent,
  unpackUsage,
} from "@portico/services";
import { compileInProcess, createTestServices } from "@portico/services/testing";
import { createLogger, type Telemetry } from "@portico/telemetry";
import type { FastifyInstance, InjectOptions } from "fastify";
import { type AppOptions, buildApp } from "./app.ts";

export const publicUrl = "https://portico.example.com";
export const host = "portico.example.com";

export interface Seen {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real HTTP API on a free port that remembers what reached it, and when a request was given up. */
export async function startUpstream() {
  const seen: Seen[] = [];
  const state = { abandoned: 0, delayMs: 0, type: "application/json", body: '{"ok":true}' as string | Uint8Array };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") });
    response.once("close", () => {
      if (!response.writableFinished) state.abandoned++;
    });
    if (state.delayMs) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    response.writeHead(200, { "content-type": state.type }).end(state.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    state,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An API with one reading tool and one that takes an object, both behind an API key in a header. */
export function notesDocument(baseUrl: string): string {
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    paths: {
      "/notes": {
        get: {
          operationId: "listNotes",
          parameters: [{ name: "tag", in: "query", schema: { type: "string", maxLength: 5 } }],
          responses: { 200: { description: "ok" } },
        },
        post: {
          operationId: "addNote",
          requestBody: { content: { "application/json": { schema: { type: "object", additionalProperties: true } } } },
          responses: { 200: { description: "ok" } },
        },
      },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  });
}

/** Telemetry that keeps what it would have written and reported. */
export function recordTelemetry() {
  const lines: string[] = [];
  const errors: unknown[] = [];
  const telemetry: Telemetry = {
    logger: createLogger({ app: "gateway", level: "trace", write: (line) => lines.push(line) }),
    reportError(error, fields = {}) {
      errors.push(error);
      this.logger.error({ ...fields, error }, error instanceof Error ? error.message : "error");
    },
    span: (_name, _attributes, work) => work(() => {}),
    close: async () => {},
  };
  return { telemetry, lines, errors };
}

export interface RpcAnswer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  /** The body as JSON, if it is. */
  body: unknown;
}

/** A whole gateway over a database, a queue and an upstream of its own. */
export async function startTestGateway(overrides: Partial<AppOptions> = {}) {
  const [services, upstream] = await Promise.all([createTestServices(), startUpstream()]);
  const { deps, ctx } = services;
  const records = recordTelemetry();
  const usage: UsageEvent[] = [];
  // The worker's half of usage: what the gateway hands over is written at once.
  const jobs: AppOptions["deps"]["jobs"] = {
    ...deps.jobs,
    async enqueue(queue, payload, options) {
      if (queue !== "usage") return deps.jobs.enqueue(queue, payload, options);
      const events = unpackUsage(payload as UsageBatch);
      await recordUsage(deps, events);
      usage.push(...(events as UsageEvent[]));
    },
  };
  const open = (more: Partial<AppOptions> = {}) =>
    buildApp({
      deps: { ...deps, jobs },
      telemetry: records.telemetry,
      egressAllow: ["127.0.0.0/8"],
      egressAllowHosts: [],
      allowedOrigins: [],
      trustedProxies: [],
      ...overrides,
      ...more,
    });
  const apps = [await open()];
  const { slug: organization } = await deps.db.organization.findUniqueOrThrow({ where: { id: ctx.organizationId } });
  const { key, id: keyId } = await createApiKey({ ctx, input: { name: "test" } });

  return {
    services,
    deps,
    ctx,
    upstream,
    usage,
    ...records,
    organization,
    apiKey: key,
    apiKeyId: keyId,
    app: apps[0] as FastifyInstance,
    /** Another API key of the organization. */
    createKey: (name: string) => createApiKey({ ctx, input: { name } }),
    /** Another gateway process, as far as state is concerned: same database, caches of its own. */
    async openAnother(more: Partial<AppOptions> = {}): Promise<FastifyInstance> {
      const app = await open(more);
      apps.push(app);
      return app;
    },
    /** Publishes a document and gives the path of its endpoint. */
    async publish(input: Partial<PublishSourceInput> & { slug: string }): Promise<{ path: string; serverId: string }> {
      const source = { content: notesDocument(upstream.url) };
      const { jobId } = await publishSource({ ctx, input: { source, select: "all", ...input } });
      await runJob(deps, { jobId, compileSource: compileInProcess, onBug: (error) => records.errors.push(error) });
      const job = await getJob({ ctx, input: { id: jobId } });
      if (job.state !== "done") throw new Error(`Not published: ${JSON.stringify(job.error)}`);
      const { server } = job.result as { server: { id: string } };
      return { path: `/mcp/${organization}/${input.slug}`, serverId: server.id };
    },
    async close() {
      await Promise.all(apps.map((app) => app.close()));
      await Promise.all([services.close(), upstream.stop()]);
    },
  };
}

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** One request without a socket, with our own Host unless the test says otherwise. */
export async function inject(
  app: FastifyInstance,
  { headers, ...options }: InjectOptions & { url: string },
): Promise<RpcAnswer> {
  const answer = await app.inject({ ...options, headers: { host, ...headers } });
  const text = answer.body;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {}
  return { status: answer.statusCode, headers: answer.headers, text, body };
}

/** One JSON-RPC request. */
export function rpc(
  app: FastifyInstance,
  url: string,
  method: string,
  params: object = {},
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const payload = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params });
  return inject(app, { method: "POST", url, headers: { ...JSON_HEADERS, ...headers }, payload });
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export function callTool(
  app: FastifyInstance,
  url: string,
  token: string | undefined,
  args: object = {},
  name = "listNotes",
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const params = { name, arguments: args };
  return rpc(app, url, "tools/call", params, { ...(token ? bearer(token) : {}), ...headers });
}

/** Opens a legacy session and gives its id. */
export async function openSession(app: FastifyInstance, url: string, token: string, clientInfo: object = {}) {
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1", ...clientInfo },
  };
  const answer = await rpc(app, url, "initialize", params, bearer(token));
  return String(answer.headers["mcp-session-id"]);
}

/** A request over a real socket, byte for byte, and all that came back. */
export async function raw(port: number, text: string): Promise<string> {
  const { connect } = await import("node:net");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error("No answer in 5 seconds.")));
    socket.on("data", (chunk) => {
      answer += chunk;
      socket.end();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}
