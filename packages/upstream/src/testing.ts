import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallPlan, ParameterPlan, Tool } from "@portico/openapi";
import type { UpstreamRequest, UpstreamResponse } from "./types.ts";

/** A call plan of `GET https://api.example/v1/things`, for tests. */
export function planOf(parts: Partial<CallPlan> = {}): CallPlan {
  return {
    method: "GET",
    path: [{ literal: "/things" }],
    baseUrls: [{ url: "https://api.example/v1", variables: {} }],
    parameters: [],
    security: [],
    response: { accept: "application/json", contentTypes: ["application/json"] },
    ...parts,
  };
}

/** A request that reads, without headers or secrets. */
export function getOf(url: string, parts: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: "GET", url, headers: [], secrets: [], missingCredentials: [], ...parts };
}

export function parameterOf(parts: Partial<ParameterPlan>): ParameterPlan {
  return {
    argument: "a",
    in: "query",
    name: "a",
    required: false,
    style: "form",
    explode: true,
    allowReserved: false,
    ...parts,
  };
}

export function toolOf(parts: Partial<Tool> = {}): Tool {
  return {
    name: "thing",
    description: "",
    operation: "GET /things",
    tags: [],
    deprecated: false,
    inputSchema: { type: "object", properties: {}, additionalProperties: false },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    plan: planOf(),
    tokens: 0,
    ...parts,
  };
}

export function responseOf(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  status = 200,
): UpstreamResponse {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: bytes,
    truncated: false,
    bytes: bytes.length,
    url: "https://api.example/",
    durationMs: 1,
  };
}

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  delayMs?: number;
};

/** A real HTTP server on a free loopback port that remembers what it saw and how many sockets were opened. */
export async function startServer(answer: (seen: Seen) => Answer) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const entry = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(entry);
      const { status = 200, headers = {}, body = "", delayMs = 0 } = answer(entry);
      setTimeout(() => response.writeHead(status, headers).end(body), delayMs);
    });
  });
  const state = { connections: 0 };
  server.on("connection", () => state.connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    state,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Milliseconds of the processor that this thread takes from here on: the same however loaded the machine is. */
export function cpuTimer(): () => number {
  const begun = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(begun);
    return (user + system) / 1_000;
  };
}
