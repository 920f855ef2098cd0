import { describe, expect, it } from "vitest";
import type { McpRequest } from "./contract.ts";
import { demoEndpoint, demoVersion, initializeRequest, legacyRequest, messageOf, modernRequest } from "./testing.ts";

const PV = "io.modelcontextprotocol/protocolVersion";
const CAPS = "io.modelcontextprotocol/clientCapabilities";
const INFO = "io.modelcontextprotocol/clientInfo";

interface Row {
  name: string;
  given: Partial<McpRequest>;
  status: number;
  /** The error code; undefined wants a result. */
  code?: number;
  /** The echoed id; 7 unless told. */
  id?: unknown;
  data?: unknown;
}

const raw = (body: unknown, headers: McpRequest["headers"] = {}): Partial<McpRequest> => ({
  headers: { "content-type": "application/json", ...headers },
  body,
});
const request = (fields: object) => ({ jsonrpc: "2.0", id: 7, method: "ping", ...fields });
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString("base64")}?=`;

const modernRows: Row[] = [
  { name: "discover", given: modernRequest("server/discover"), status: 200 },
  { name: "tools/list", given: modernRequest("tools/list"), status: 200 },
  { name: "tools/call", given: modernRequest("tools/call", { name: "get_user", arguments: { id: 7 } }), status: 200 },
  { name: "prompts/list", given: modernRequest("prompts/list"), status: 200 },
  { name: "resources/list", given: modernRequest("resources/list"), status: 200 },
  { name: "resources/templates/list", given: modernRequest("resources/templates/list"), status: 200 },
  { name: "a string id", given: modernRequest("tools/list", {}, { id: "a" }), status: 200, id: "a" },
  { name: "id 0", given: modernRequest("tools/list", {}, { id: 0 }), status: 200, id: 0 },
  {
    name: "a session id is ignored",
    given: modernRequest("tools/list", {}, { headers: { "mcp-session-id": "stale" } }),
    status: 200,
  },
  {
    name: "no version header",
    given: modernRequest("tools/list", {}, { headers: { "mcp-protocol-version": undefined } }),
    status: 400,
    code: -32020,
  },
  {
    name: "no Mcp-Method",
    given: modernRequest("tools/list", {}, { headers: { "mcp-method": undefined } }),
    status: 400,
    code: -32020,
  },
  {
    name: "another Mcp-Method",
    given: modernRequest("tools/list", {}, { headers: { "mcp-method": "tools/call" } }),
    status: 400,
    code: -32020,
  },
  {
    name: "a legacy version header over a modern body",
    given: modernRequest("tools/list", {}, { headers: { "mcp-protocol-version": "2025-11-25" } }),
    status: 400,
    code: -32020,
  },
  {
    name: "no Mcp-Name",
    given: modernRequest("tools/call", { name: "get_user" }, { headers: { "mcp-name": undefined } }),
    status: 400,
    code: -32020,
  },
  {
    name: "another Mcp-Name",
    given: modernRequest("tools/call", { name: "get_user" }, { headers: { "mcp-name": "other" } }),
    status: 400,
    code: -32020,
  },
  {
    name: "a base64 Mcp-Name",
    given: modernRequest("tools/call", { name: "größe" }, { headers: { "mcp-name": base64("größe") } }),
    status: 200,
  },
  {
    name: "a base64 Mcp-Name of another tool",
    given: modernRequest("tools/call", { name: "größe" }, { headers: { "mcp-name": base64("get_user") } }),
    status: 400,
    code: -32020,
  },
  {
    name: "a broken base64 Mcp-Name",
    given: modernRequest("tools/call", { name: "get_user" }, { headers: { "mcp-name": "=?base64?@@?=" } }),
    status: 400,
    code: -32020,
  },
  {
    name: "whitespace around headers",
    given: modernRequest("tools/list", {}, { headers: { "mcp-method": " tools/list\t" } }),
    status: 200,
  },
  {
    name: "a modern header without _meta",
    given: raw(request({ method: "tools/list", params: {} }), { "mcp-protocol-version": "2026-07-28" }),
    status: 400,
    code: -32602,
  },
  {
    name: "_meta without the version under a modern header",
    given: raw(request({ method: "tools/list", params: { _meta: { [CAPS]: {} } } }), {
      "mcp-protocol-version": "2026-07-28",
    }),
    status: 400,
    code: -32602,
  },
  {
    name: "no client capabilities",
    given: modernRequest("tools/list", {}, { meta: { [CAPS]: undefined } }),
    status: 400,
    code: -32602,
  },
  {
    name: "client capabilities that are no object",
    given: modernRequest("tools/list", {}, { meta: { [CAPS]: [] } }),
    status: 400,
    code: -32602,
  },
  {
    name: "a version that is no string",
    given: modernRequest("tools/list", {}, { meta: { [PV]: 2026 } }),
    status: 400,
    code: -32602,
  },
  {
    name: "clientInfo without a version",
    given: modernRequest("tools/list", {}, { meta: { [INFO]: { name: "x" } } }),
    status: 400,
    code: -32602,
  },
  {
    name: "an unknown modern version",
    given: modernRequest(
      "tools/list",
      {},
      { headers: { "mcp-protocol-version": "2027-01-01" }, meta: { [PV]: "2027-01-01" } },
    ),
    status: 400,
    code: -32022,
    data: { supported: ["2026-07-28"], requested: "2027-01-01" },
  },
  {
    name: "a claim of a legacy version",
    given: modernRequest(
      "tools/list",
      {},
      { headers: { "mcp-protocol-version": "2025-11-25" }, meta: { [PV]: "2025-11-25" } },
    ),
    status: 400,
    code: -32022,
    data: { supported: ["2026-07-28"], requested: "2025-11-25" },
  },
  { name: "ping", given: modernRequest("ping"), status: 404, code: -32601 },
  { name: "logging/setLevel", given: modernRequest("logging/setLevel"), status: 404, code: -32601 },
  { name: "initialize", given: modernRequest("initialize"), status: 404, code: -32601 },
  { name: "subscriptions/listen", given: modernRequest("subscriptions/listen"), status: 404, code: -32601 },
  { name: "an unknown method", given: modernRequest("nope"), status: 404, code: -32601 },
  { name: "a method of Object.prototype", given: modernRequest("constructor"), status: 404, code: -32601 },
  { name: "an unknown tool", given: modernRequest("tools/call", { name: "nope" }), status: 200, code: -32602 },
  { name: "the tool __proto__", given: modernRequest("tools/call", { name: "__proto__" }), status: 200, code: -32602 },
  { name: "the tool without a name", given: modernRequest("tools/call"), status: 200, code: -32602 },
  { name: "a tool that throws", given: modernRequest("tools/call", { name: "broken" }), status: 200, code: -32603 },
  { name: "a foreign cursor", given: modernRequest("tools/list", { cursor: "x" }), status: 200, code: -32602 },
  {
    name: "an unknown resource",
    given: modernRequest("resources/read", { uri: "test://x" }),
    status: 200,
    code: -32602,
    data: { uri: "test://x" },
  },
  { name: "an unknown prompt", given: modernRequest("prompts/get", { name: "x" }), status: 200, code: -32602 },
  {
    name: "a posted response",
    given: raw({ jsonrpc: "2.0", id: 7, result: {} }, { "mcp-protocol-version": "2026-07-28" }),
    status: 400,
    code: -32600,
    id: null,
  },
  {
    name: "GET",
    given: { method: "GET", headers: { "mcp-protocol-version": "2026-07-28" } },
    status: 405,
    code: -32601,
    id: null,
  },
  {
    name: "DELETE",
    given: { method: "DELETE", headers: { "mcp-protocol-version": "2026-07-28" } },
    status: 405,
    code: -32601,
    id: null,
  },
  {
    name: "a batch with a modern message",
    given: raw([modernRequest("tools/list").body]),
    status: 400,
    code: -32600,
    id: null,
  },
  {
    name: "a batch under a modern header",
    given: raw([request({})], { "mcp-protocol-version": "2026-07-28" }),
    status: 400,
    code: -32600,
    id: null,
  },
];

const legacyRows: Row[] = [
  { name: "initialize", given: initializeRequest("2025-11-25"), status: 200 },
  {
    name: "initialize with an array of params",
    given: raw(request({ method: "initialize", params: [] })),
    status: 400,
    code: -32600,
  },
  { name: "initialize without a version", given: initializeRequest(undefined), status: 200, code: -32602 },
  {
    name: "initialize under a modern header",
    given: raw(request({ method: "initialize", params: { protocolVersion: "2025-11-25" } }), {
      "mcp-protocol-version": "2026-07-28",
    }),
    status: 400,
    code: -32020,
  },
  {
    name: "initialize with a malformed claim",
    given: legacyRequest("initialize", { protocolVersion: "2025-11-25", _meta: { [PV]: "2026-07-28" } }),
    status: 200,
  },
  {
    name: "initialize with a session id of the client's choice",
    given: legacyRequest("initialize", { protocolVersion: "2025-11-25" }, { headers: { "mcp-session-id": "mine" } }),
    status: 200,
  },
  { name: "tools/list without a session", given: legacyRequest("tools/list"), status: 200 },
  { name: "tools/call without a session", given: legacyRequest("tools/call", { name: "get_user" }), status: 200 },
  { name: "ping", given: legacyRequest("ping"), status: 200 },
  { name: "params: null", given: raw(request({ params: null })), status: 200 },
  { name: "logging/setLevel", given: legacyRequest("logging/setLevel", { level: "info" }), status: 200 },
  { name: "prompts/list", given: legacyRequest("prompts/list"), status: 200 },
  { name: "resources/list", given: legacyRequest("resources/list"), status: 200 },
  {
    name: "ChatGPT's capabilities in _meta are no claim",
    given: legacyRequest("tools/call", { name: "get_user", _meta: { [CAPS]: {}, "openai/locale": "en" } }),
    status: 200,
  },
  {
    name: "a known version header",
    given: legacyRequest("tools/list", {}, { headers: { "mcp-protocol-version": "2025-06-18" } }),
    status: 200,
  },
  {
    name: "an unknown old version header",
    given: legacyRequest("tools/list", {}, { headers: { "mcp-protocol-version": "1999-01-01" } }),
    status: 400,
    code: -32022,
    data: {
      supported: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
      requested: "1999-01-01",
    },
  },
  {
    name: "a forged session",
    given: legacyRequest("tools/list", {}, { headers: { "mcp-session-id": "e30.AAAA" } }),
    status: 404,
    code: -32001,
  },
  { name: "an unknown method", given: legacyRequest("nope"), status: 200, code: -32601 },
  { name: "an unknown tool", given: legacyRequest("tools/call", { name: "nope" }), status: 200, code: -32602 },
  { name: "a tool that throws", given: legacyRequest("tools/call", { name: "broken" }), status: 200, code: -32603 },
  {
    name: "an unknown resource",
    given: legacyRequest("resources/read", { uri: "test://x" }),
    status: 200,
    code: -32002,
    data: { uri: "test://x" },
  },
  { name: "server/discover without a claim", given: legacyRequest("server/discover", {}), status: 400, code: -32602 },
  {
    name: "server/discover without a claim, with a stale session",
    given: legacyRequest("server/discover", {}, { headers: { "mcp-session-id": "stale" }, id: "openai-mcp-discover" }),
    status: 400,
    code: -32602,
    id: "openai-mcp-discover",
  },
  { name: "GET", given: { method: "GET", headers: {} }, status: 405, code: -32000, id: null },
  {
    name: "GET with a forged session",
    given: { method: "GET", headers: { "mcp-session-id": "x" } },
    status: 404,
    code: -32001,
    id: null,
  },
  { name: "DELETE without a session", given: { method: "DELETE", headers: {} }, status: 400, code: -32000, id: null },
  {
    name: "DELETE with a forged session",
    given: { method: "DELETE", headers: { "mcp-session-id": "x" } },
    status: 404,
    code: -32001,
    id: null,
  },
  { name: "PUT", given: { method: "PUT", headers: {} }, status: 405, code: -32000, id: null },
  { name: "a lower-case method", given: { method: "post", headers: {} }, status: 405, code: -32000, id: null },
  {
    name: "a batch in 2025-06-18",
    given: raw([request({})], { "mcp-protocol-version": "2025-06-18" }),
    status: 400,
    code: -32600,
    id: null,
  },
  { name: "an empty batch", given: raw([]), status: 400, code: -32600, id: null },
  { name: "a huge batch", given: raw(Array(1000).fill(request({}))), status: 400, code: -32600, id: null },
];

const malformedRows: Row[] = [
  { name: "text/plain", given: raw(request({}), { "content-type": "text/plain" }), status: 415, code: -32000 },
  { name: "no content type", given: raw(request({}), { "content-type": undefined }), status: 415, code: -32000 },
  {
    name: "a longer media type",
    given: raw(request({}), { "content-type": "application/jsonx" }),
    status: 415,
    code: -32000,
  },
  {
    name: "a tab in the media type",
    given: raw(request({}), { "content-type": "application/json\tx" }),
    status: 415,
    code: -32000,
  },
  { name: "a charset", given: raw(request({}), { "content-type": "Application/JSON; charset=utf-8" }), status: 200 },
  {
    name: "no JSON",
    given: { headers: { "content-type": "application/json" }, parseError: "Unexpected token" },
    status: 400,
    code: -32700,
    id: null,
  },
  { name: "no body", given: raw(undefined), status: 400, code: -32700, id: null },
  { name: "null", given: raw(null), status: 400, code: -32600, id: null },
  { name: "a string", given: raw("ping"), status: 400, code: -32600, id: null },
  { name: "another jsonrpc", given: raw(request({ jsonrpc: "1.0" })), status: 400, code: -32600 },
  { name: "no method", given: raw({ jsonrpc: "2.0", id: 7 }), status: 400, code: -32600 },
  { name: "a method that is no string", given: raw(request({ method: 1 })), status: 400, code: -32600 },
  { name: "params that are no object", given: raw(request({ params: 1 })), status: 400, code: -32600 },
  { name: "id null", given: raw(request({ id: null })), status: 400, code: -32600, id: null },
  { name: "a fractional id", given: raw(request({ id: 1.5 })), status: 400, code: -32600, id: 1.5 },
  { name: "an object as id", given: raw(request({ id: {} })), status: 400, code: -32600, id: null },
  {
    name: "a 10 kB id",
    given: raw(request({ id: "x".repeat(10_000) })),
    status: 400,
    code: -32600,
    id: "x".repeat(10_000),
  },
];

describe.each([
  ["modern", modernRows],
  ["legacy", legacyRows],
  ["malformed", malformedRows],
] as const)("%s requests", (_, rows) => {
  it.each(rows)("$name", async ({ given, status, code, id = 7, data }) => {
    const response = await demoEndpoint().send(given);
    const message = messageOf(response) as { id: unknown; error?: { code: number; data?: unknown }; result?: unknown };
    expect({ status: response.status, code: message.error?.code, id: message.id }).toEqual({ status, code, id });
    expect(message.error?.data).toEqual(data);
    expect(message.result !== undefined).toBe(code === undefined);
    expect(response.headers["content-type"]).toBe("application/json");
    if (status === 405) expect(response.headers.allow).toBe("GET, POST, DELETE");
  });
});

describe("messages without an answer", () => {
  it.each([
    ["a legacy notification", raw({ jsonrpc: "2.0", method: "notifications/initialized" })],
    ["an unknown legacy notification", raw({ jsonrpc: "2.0", method: "nope" })],
    ["a posted response", raw({ jsonrpc: "2.0", id: 1, result: {} })],
    ["a posted error", raw({ jsonrpc: "2.0", id: 1, error: { code: 1, message: "x" } })],
    [
      "a batch of notifications",
      raw([
        { jsonrpc: "2.0", method: "a" },
        { jsonrpc: "2.0", id: 1, result: {} },
      ]),
    ],
    ["a modern notification", raw({ jsonrpc: "2.0", method: "x" }, { "mcp-protocol-version": "2026-07-28" })],
    [
      "a modern notification with a claim",
      raw({ jsonrpc: "2.0", method: "x", params: { _meta: { [PV]: "2026-07-28" } } }),
    ],
  ])("%s is accepted", async (_, given) => {
    expect(await demoEndpoint().send(given)).toEqual({ status: 202, headers: {} });
  });

  it("refuses a modern notification that disagrees with its header", async () => {
    const given = raw(
      { jsonrpc: "2.0", method: "x", params: { _meta: { [PV]: "2026-07-28" } } },
      { "mcp-protocol-version": "2025-11-25" },
    );
    const response = await demoEndpoint().send(given);
    expect(response.status).toBe(400);
    expect(messageOf(response)).toMatchObject({ id: null, error: { code: -32020 } });
  });

  it("sends nothing to a client that is gone", async () => {
    const { send, events } = demoEndpoint();
    const gone = new AbortController();
    const callTool = async () => {
      gone.abort();
      throw new Error("aborted");
    };
    const response = await send(
      { ...legacyRequest("tools/call", { name: "get_user" }), signal: gone.signal },
      { callTool },
    );
    expect(response.body).toBeUndefined();
    expect(events).toEqual([]);
  });
});

describe("initialize", () => {
  it.each([
    ["2025-11-25", "2025-11-25"],
    ["2025-06-18", "2025-06-18"],
    ["2025-03-26", "2025-03-26"],
    ["2024-11-05", "2024-11-05"],
    ["2026-07-28", "2025-11-25"],
    ["1.0", "2025-11-25"],
  ])("asked for %s agrees on %s", async (asked, agreed) => {
    const { send } = demoEndpoint();
    const response = await send(initializeRequest(asked, { name: "x", version: "1" }));
    expect(messageOf(response).result).toEqual({
      protocolVersion: agreed,
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, logging: {} },
      serverInfo: { name: "demo", version: "1" },
      instructions: "Ask for users.",
    });
    expect(response.headers["mcp-session-id"]).toMatch(/^[\x21-\x7e]{60,}$/);
  });
});

describe("a legacy session", () => {
  async function open(version = "2025-11-25", clientInfo = { name: "cursor-vscode", version: "1" }) {
    const demo = demoEndpoint();
    const response = await demo.send(initializeRequest(version, clientInfo));
    const sid = response.headers["mcp-session-id"] ?? "";
    const headers = { "content-type": "application/json", "mcp-session-id": sid };
    return { ...demo, sid, headers };
  }

  it("is served by another process that shares the key", async () => {
    const { headers } = await open();
    const response = await demoEndpoint().send(legacyRequest("tools/list", {}, { headers }));
    expect(messageOf(response).result).toMatchObject({ tools: [{ description: "get_user (full)" }, {}, {}] });
  });

  it("remembers the client and the revision", async () => {
    const { send, headers } = await open("2025-06-18");
    let client: unknown;
    await send(legacyRequest("tools/call", { name: "get_user" }, { headers: { ...headers, "user-agent": "UA" } }), {
      callTool: async (input) => {
        client = input.client;
        return { content: [] };
      },
    });
    expect(client).toEqual({
      name: "cursor-vscode",
      version: "1",
      userAgent: "UA",
      protocolVersion: "2025-06-18",
      era: "legacy",
    });
  });

  it.each([
    ["another person", { principal: { subject: "bob", clientId: "client-1", kind: "user" } }],
    ["another client", { principal: { subject: "alice", clientId: "client-2", kind: "user" } }],
    ["another kind of principal", { principal: { subject: "alice", clientId: "client-1", kind: "apiKey" } }],
    ["another server", { version: demoVersion({ serverId: "srv_2" }) }],
  ] as const)("is unknown to %s", async (_, exchange) => {
    const { send, headers, tombstones } = await open();
    for (const method of ["POST", "GET", "DELETE"]) {
      const response = await send({ ...legacyRequest("ping", {}, { headers }), method }, exchange);
      expect([method, response.status]).toEqual([method, 404]);
    }
    expect(tombstones.size).toBe(0);
    expect((await send(legacyRequest("ping", {}, { headers }))).status).toBe(200);
  });

  it("ends with DELETE, for good", async () => {
    const { send, headers, sid, tombstones } = await open();
    expect((await send({ method: "DELETE", headers })).status).toBe(200);
    expect(tombstones.size).toBe(1);
    expect(tombstones).not.toContain(sid);
    for (const method of ["POST", "GET", "DELETE"]) {
      expect((await send({ ...legacyRequest("ping", {}, { headers }), method })).status).toBe(404);
    }
  });

  it("opens no stream", async () => {
    const { send, headers } = await open();
    expect((await send({ method: "GET", headers })).status).toBe(405);
  });

  it("expires", async () => {
    const { send, headers, clock } = await open();
    expect((await send(legacyRequest("ping", {}, { headers }))).status).toBe(200);
    clock.now += 3_600_000;
    expect((await send(legacyRequest("ping", {}, { headers }))).status).toBe(404);
  });

  it("allows batches in 2025-03-26 and nowhere else", async () => {
    for (const [version, status] of [
      ["2025-03-26", 200],
      ["2025-06-18", 400],
    ] as const) {
      const { send, headers } = await open(version);
      expect((await send({ headers, body: [request({})] })).status).toBe(status);
    }
  });
});

describe("a batch", () => {
  it("answers each request by its own id and no notification", async () => {
    const body = [
      request({ id: 1 }),
      { jsonrpc: "2.0", method: "notifications/x" },
      request({ id: "b", method: "nope" }),
      request({ id: 3, method: "tools/call", params: { name: "broken" } }),
      { jsonrpc: "2.0", id: 4 },
      request({ id: 5, method: "initialize" }),
    ];
    const response = await demoEndpoint().send(raw(body));
    expect(response.status).toBe(200);
    const answers = JSON.parse(String(response.body)) as { id: unknown; error?: { code: number } }[];
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, undefined],
      ["b", -32601],
      [3, -32603],
      [4, -32600],
      [5, -32600],
    ]);
  });
});

describe("modern results", () => {
  const anonymous = { principal: { subject: "anonymous", kind: "anonymous" } } as const;

  it("say that they are complete and who answered", async () => {
    const { send } = demoEndpoint();
    const response = await send(modernRequest("tools/call", { name: "get_user", arguments: { id: 7 } }));
    expect(messageOf(response)).toEqual({
      jsonrpc: "2.0",
      id: 7,
      result: {
        resultType: "complete",
        content: [{ type: "text", text: '{"id":7}' }],
        structuredContent: { name: "get_user", args: { id: 7 } },
        _meta: { "io.modelcontextprotocol/serverInfo": { name: "demo", version: "1" } },
      },
    });
  });

  it("discover the modern versions and what is served", async () => {
    const response = await demoEndpoint().send(modernRequest("server/discover"));
    expect(messageOf(response).result).toEqual({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, extensions: {} },
      instructions: "Ask for users.",
      ttlMs: 60_000,
      cacheScope: "private",
      _meta: { "io.modelcontextprotocol/serverInfo": { name: "demo", version: "1" } },
    });
  });

  it.each([
    ["server/discover", "auto", "public"],
    ["prompts/list", "auto", "public"],
    ["resources/list", "auto", "public"],
    ["resources/templates/list", "auto", "public"],
    ["tools/list", "safe", "public"],
    ["tools/list", "auto", "private"],
  ] as const)("share %s (dialect %s) as %s without a sign-in, never with one", async (method, dialect, scope) => {
    const version = demoVersion({ dialect });
    const { send } = demoEndpoint();
    expect(messageOf(await send(modernRequest(method), { version, ...anonymous })).result).toMatchObject({
      cacheScope: scope,
    });
    expect(messageOf(await send(modernRequest(method), { version })).result).toMatchObject({ cacheScope: "private" });
  });

  it("list the published bytes unchanged", async () => {
    const { send } = demoEndpoint();
    const bodies = [await send(modernRequest("tools/list")), await send(modernRequest("tools/list"))].map(
      (r) => r.body,
    );
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0]).toContain(`"tools":${demoVersion().toolsList("safe", false, false)},`);
  });
});

describe("Accept", () => {
  const json = "application/json";
  const stream = "text/event-stream";
  it.each([
    [undefined, json],
    ["*/*", json],
    ["application/json", json],
    ["application/*", json],
    ["application/json, text/event-stream", json],
    ["text/event-stream, */*;q=0.1", json],
    ["text/html", json],
    ["text/event-stream", stream],
    ["Text/Event-Stream;q=0.9", stream],
    ["application/json;q=0, text/event-stream", stream],
  ])("%s is answered with %s in both eras", async (accept, type) => {
    const { send } = demoEndpoint();
    for (const given of [modernRequest, legacyRequest]) {
      const response = await send(given("tools/list", {}, { headers: { accept } }));
      expect(response.status).toBe(200);
      expect(response.headers["content-type"]).toBe(type);
      expect(messageOf(response)).toMatchObject({ id: 7, result: { tools: [{}, {}, {}] } });
    }
  });

  it("puts a result into one event, whatever it contains", async () => {
    const callTool = async () => ({ content: [{ type: "text", text: "a\n\ndata: x\r\nevent: y" }] });
    const { send } = demoEndpoint();
    const given = legacyRequest("tools/call", { name: "get_user" }, { headers: { accept: "text/event-stream" } });
    const response = await send(given, { callTool });
    expect(
      String(response.body)
        .trimEnd()
        .split(/\r\n|\n|\r/),
    ).toHaveLength(2);
    expect(response.headers["x-accel-buffering"]).toBe("no");
  });
});

describe("our own bugs", () => {
  it("reach onEvent and not the client", async () => {
    const { send, events } = demoEndpoint();
    const response = await send(legacyRequest("tools/call", { name: "broken" }));
    expect(response.body).toBe('{"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"Internal error"}}');
    expect(events).toMatchObject([{ type: "internal_error", error: new Error("secret detail") }]);
  });

  it.each([
    ["no content", {}],
    ["what JSON cannot carry", { content: [1n] }],
  ])("include a tool result with %s", async (_, result) => {
    const { send, events } = demoEndpoint();
    const response = await send(modernRequest("tools/call", { name: "get_user" }), {
      callTool: async () => result as never,
    });
    expect(messageOf(response)).toMatchObject({ id: 7, error: { code: -32603 } });
    expect(events).toHaveLength(1);
  });

  it("answer a failing store with -32603 and the id", async () => {
    const isTombstoned = () => Promise.reject(new Error("store down"));
    const { send, events } = demoEndpoint({ isTombstoned });
    const sid = (await send(initializeRequest("2025-11-25"))).headers["mcp-session-id"];
    const response = await send(legacyRequest("ping", {}, { headers: { "mcp-session-id": sid } }));
    expect(response.status).toBe(500);
    expect(messageOf(response)).toMatchObject({ id: 7, error: { code: -32603, message: "Internal error" } });
    expect(events.at(-1)).toMatchObject({ type: "internal_error" });
  });

  it("survive a listener that throws", async () => {
    const onEvent = () => {
      throw new Error("listener");
    };
    expect((await demoEndpoint({ onEvent }).send(legacyRequest("tools/list"))).status).toBe(200);
  });
});

describe("icons", () => {
  const icons = [{ src: "https://example.com/icon.png", mimeType: "image/png" }];
  const version = demoVersion({ icons });
  it.each([
    ["2025-11-25", icons],
    ["2025-06-18", undefined],
    ["2024-11-05", undefined],
  ])("are told to %s: %j", async (revision, want) => {
    const answer = messageOf(await demoEndpoint().send(initializeRequest(revision), { version }));
    expect((answer.result as { serverInfo: object }).serverInfo).toEqual({
      name: "demo",
      version: "1",
      ...(want ? { icons: want } : {}),
    });
  });

  it("are told once in 2026-07-28, and not with every result", async () => {
    const infoIn = async (method: string) => {
      const answer = messageOf(await demoEndpoint().send(modernRequest(method), { version }));
      return (answer.result as { _meta: Record<string, unknown> })._meta["io.modelcontextprotocol/serverInfo"];
    };
    expect(await infoIn("server/discover")).toEqual({ name: "demo", version: "1", icons });
    expect(await infoIn("tools/list")).toEqual({ name: "demo", version: "1" });
  });
});

describe("events", () => {
  it("name the client on initialize, discover and tools/list", async () => {
    const { send, events } = demoEndpoint();
    const meta = { "io.modelcontextprotocol/clientInfo": { name: "modern", version: "2" } };
    await send(initializeRequest("2025-06-18", { name: "legacy", version: "1" }));
    await send(modernRequest("server/discover", {}, { meta }));
    await send(modernRequest("tools/list", {}, { meta }));
    expect(events).toMatchObject([
      { type: "initialize", client: { name: "legacy", version: "1", era: "legacy", protocolVersion: "2025-06-18" } },
      { type: "discover", client: { name: "modern", version: "2", era: "modern", protocolVersion: "2026-07-28" } },
      {
        type: "tools/list",
        client: { name: "modern" },
        version: { versionId: "ver_1" },
        principal: { subject: "alice" },
      },
    ]);
  });
});
