import type {
  CallTool,
  ChangeListener,
  McpEndpointDeps,
  McpEvent,
  McpExchange,
  McpRequest,
  McpResponse,
} from "./contract.ts";
import { createMcpEndpoint } from "./endpoint.ts";
import { META_KEYS } from "./modern-envelope.ts";
import { createRequestStateCodec } from "./request-state.ts";
import { createSessionCodec } from "./sessions.ts";

/** What the tests publish: one tool that answers with its arguments and one that breaks. */
export function demoVersion(change: Partial<McpExchange["version"]> = {}): McpExchange["version"] {
  const list = (dialect: string) =>
    JSON.stringify(
      ["get_user", "größe", "broken"].map((name) => ({
        name,
        description: `${name} (${dialect})`,
        inputSchema: { type: "object", properties: { id: { type: "integer" } } },
      })),
    );
  return {
    versionId: "ver_1",
    serverId: "srv_1",
    organizationId: "org_1",
    serverInfo: { name: "demo", version: "1" },
    instructions: "Ask for users.",
    toolsList: list,
    dialect: "auto",
    toolNames: new Set(["get_user", "größe", "broken"]),
    ...change,
  };
}

/** Answers with what it was given; the tool `broken` throws. */
export const echoTool: CallTool = async ({ name, args }) => {
  if (name === "broken") throw new Error("secret detail");
  return { content: [{ type: "text", text: JSON.stringify(args) }], structuredContent: { name, args } };
};

export const alice: McpExchange["principal"] = { subject: "alice", clientId: "client-1", kind: "user" };

/** An endpoint with its state in plain sight, and a function that sends it one request. */
export function demoEndpoint(overrides: Partial<McpEndpointDeps> = {}) {
  const events: McpEvent[] = [];
  const tombstones = new Set<string>();
  const clock = { now: 1_800_000_000_000 };
  const endpoint = createMcpEndpoint({
    sessions: createSessionCodec({ keys: [Buffer.alloc(32, 1)], now: () => clock.now, ttlSeconds: 3600 }),
    isTombstoned: async (sid) => tombstones.has(sid),
    tombstone: async (sid) => void tombstones.add(sid),
    onEvent: (event) => events.push(event),
    ...overrides,
  });
  const send = (request: Partial<McpRequest>, exchange: Partial<McpExchange> = {}): Promise<McpResponse> =>
    endpoint({
      version: demoVersion(),
      principal: alice,
      callTool: echoTool,
      request: { method: "POST", headers: { "content-type": "application/json" }, signal: never, ...request },
      ...exchange,
    });
  return { endpoint, send, events, tombstones, clock };
}

const never = new AbortController().signal;

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** What the processes of one installation share, in memory, and what is waited for there. */
export function createShared(now: () => number = Date.now) {
  const listeners = new Set<ChangeListener>();
  const waiting = new Map<string, (text: string) => void>();
  const used = new Set<string>();
  const deps = {
    changes: {
      listen(_version, listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    relay: {
      listen(key, onMessage) {
        waiting.set(key, onMessage);
        return () => waiting.delete(key);
      },
      send: async (key, text) => waiting.get(key)?.(text),
    },
    asking: {
      states: createRequestStateCodec({ keys: [Buffer.alloc(32, 2)], now, ttlSeconds: 600 }),
      useOnce: async (nonce) => used.size < used.add(nonce).size,
    },
  } satisfies Partial<McpEndpointDeps>;
  return { deps, listeners, waiting };
}

/** A well-formed 2026-07-28 request; a header set to undefined is left out. */
export function modernRequest(
  method: string,
  params: Record<string, unknown> = {},
  { headers = {}, meta = {}, id = 7 }: { headers?: McpRequest["headers"]; meta?: object; id?: unknown } = {},
): Partial<McpRequest> {
  const name = params.name ?? params.uri;
  const envelope = { [META_KEYS.protocolVersion]: "2026-07-28", [META_KEYS.clientCapabilities]: {}, ...meta };
  return {
    headers: {
      ...HEADERS,
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      "mcp-name": typeof name === "string" ? name : undefined,
      ...headers,
    },
    body: { jsonrpc: "2.0", id, method, params: { ...params, _meta: envelope } },
  };
}

/** A well-formed request of the legacy eras. */
export function legacyRequest(
  method: string,
  params?: Record<string, unknown>,
  { headers = {}, id = 7 }: { headers?: McpRequest["headers"]; id?: unknown } = {},
): Partial<McpRequest> {
  return { headers: { ...HEADERS, ...headers }, body: { jsonrpc: "2.0", id, method, params } };
}

export function initializeRequest(protocolVersion: unknown, clientInfo?: object): Partial<McpRequest> {
  return legacyRequest("initialize", { protocolVersion, capabilities: { elicitation: {} }, clientInfo });
}

/** The JSON-RPC message in a response, whichever way it is framed. */
export function messageOf(response: McpResponse): Record<string, unknown> {
  const body = String(response.body ?? "{}");
  return JSON.parse(body.startsWith("event:") ? body.slice(body.indexOf("data: ") + 6) : body);
}
