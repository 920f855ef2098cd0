import type { Ask } from "./load.ts";

const MODERN = "2026-07-28";
const LEGACY = "2025-11-25";
const CLIENT = { name: "bench", version: "1" };
const META = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** The requests of a client with one API key, to one address. */
export function requestsOf(path: string, apiKey?: string) {
  const common = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  };
  const post = (headers: Record<string, string>, message: object, expected: string): Ask => ({
    method: "POST",
    path,
    headers: { ...common, ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    expected,
  });
  const modern = (id: number, method: string, params: { name?: string }, expected: string) =>
    post(
      { "mcp-protocol-version": MODERN, "mcp-method": method, ...(params.name ? { "mcp-name": params.name } : {}) },
      { id, method, params: { ...params, _meta: META } },
      expected,
    );
  const call = (id: number) => ({ name: "readItem0", arguments: { id: `item-${id}`, limit: 10 } });
  const legacyHeaders = (session: string) => ({ "mcp-protocol-version": LEGACY, "mcp-session-id": session });
  return {
    callModern: (id: number) => modern(id, "tools/call", call(id), `item-${id}`),
    callLegacy: (session: string) => (id: number) =>
      post(legacyHeaders(session), { id, method: "tools/call", params: call(id) }, `item-${id}`),
    callLarge: (id: number) => modern(id, "tools/call", { name: "readLarge" }, '"result"'),
    list: (id: number) => modern(id, "tools/list", {}, '"tools"'),
    initialize: (id: number) =>
      post(
        {},
        { id, method: "initialize", params: { protocolVersion: LEGACY, capabilities: {}, clientInfo: CLIENT } },
        LEGACY,
      ),
    initialized: (session: string) => post(legacyHeaders(session), { method: "notifications/initialized" }, ""),
  };
}

/** What a proxy is asked for the same answer. */
export function itemRequest(id: number): Ask {
  return { method: "GET", path: `/items-0/item-${id}?limit=10`, headers: {}, expected: `item-${id}` };
}
