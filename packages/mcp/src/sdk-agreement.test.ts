import * as sdk from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import type { McpRequest } from "./contract.ts";
import * as jsonRpc from "./json-rpc.ts";
import { META_KEYS, metaOf } from "./modern-envelope.ts";
import * as revisions from "./revisions.ts";
import { demoEndpoint } from "./testing.ts";

it("our constants are the SDK's", () => {
  expect(revisions.LEGACY_VERSIONS).toEqual(
    sdk.SUPPORTED_PROTOCOL_VERSIONS.filter((v) => revisions.LEGACY_VERSIONS.includes(v)),
  );
  expect(revisions.VERSION_WITHOUT_HEADER).toBe(sdk.DEFAULT_NEGOTIATED_PROTOCOL_VERSION);
  expect(META_KEYS).toEqual({
    protocolVersion: sdk.PROTOCOL_VERSION_META_KEY,
    clientCapabilities: sdk.CLIENT_CAPABILITIES_META_KEY,
    clientInfo: sdk.CLIENT_INFO_META_KEY,
    serverInfo: sdk.SERVER_INFO_META_KEY,
    logLevel: sdk.LOG_LEVEL_META_KEY,
  });
  expect(jsonRpc).toMatchObject({
    PARSE_ERROR: sdk.PARSE_ERROR,
    INVALID_REQUEST: sdk.INVALID_REQUEST,
    METHOD_NOT_FOUND: sdk.METHOD_NOT_FOUND,
    INVALID_PARAMS: sdk.INVALID_PARAMS,
    INTERNAL_ERROR: sdk.INTERNAL_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION: sdk.ProtocolErrorCode.UnsupportedProtocolVersion,
  });
});

/** Pieces that requests are put together from; undefined leaves one out. */
const versions = [undefined, "2026-07-28", "2025-11-25", "2025-03-26", "2027-01-01", "1999-01-01", "x"];
const methods = ["initialize", "tools/list", "tools/call", "notifications/initialized", "nope", "__proto__"];
const junk = [undefined, null, 0, -1, 1.5, 1e300, "", "x", [], {}, true, [[]], { _meta: 1 }, "\u0000", "\ud800"];

/** The cast is safe: random() is below 1, so the index is within the array. */
function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** The same sequence every time, so that a failure can be looked at. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomRequest(random: () => number, isWild: boolean): McpRequest {
  const wild = (sane: unknown) => (isWild && random() < 0.25 ? pick(random, junk) : sane);
  const drop = (fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const method = pick(random, methods);
  const meta = drop({
    [META_KEYS.protocolVersion]: wild(pick(random, versions)),
    [META_KEYS.clientCapabilities]: wild(pick(random, [undefined, {}])),
    [META_KEYS.clientInfo]: wild(pick(random, [undefined, { name: "x", version: "1" }])),
  });
  const params = drop({
    name: wild("get_user"),
    protocolVersion: wild("2025-06-18"),
    _meta: wild(pick(random, [undefined, meta])),
  });
  const message = () =>
    drop({
      jsonrpc: wild("2.0"),
      id: wild(pick(random, [undefined, 1, "a", 0])),
      method: wild(method),
      params: wild(pick(random, [undefined, params, params])),
      result: isWild ? pick(random, [undefined, undefined, {}]) : undefined,
    });
  const body = wild(isWild && random() < 0.1 ? [message(), wild(message())] : message());
  return {
    method: isWild ? pick(random, ["POST", "POST", "POST", "GET", "DELETE", "PATCH"]) : "POST",
    headers: {
      "content-type": isWild && random() < 0.05 ? "text/plain" : "application/json",
      accept: pick(random, [undefined, "*/*", "text/event-stream", "application/json"]),
      "mcp-protocol-version": pick(random, versions),
      "mcp-method": pick(random, [undefined, method, "tools/list"]),
      "mcp-name": pick(random, [undefined, "get_user", "=?base64?eA==?=", "=?base64?@?="]),
      "mcp-session-id": isWild && random() < 0.2 ? pick(random, ["x", "a.b", "\u00ff", "é".repeat(5000)]) : undefined,
    },
    body,
    signal: new AbortController().signal,
  };
}

/** No revision defines these. Both refuse them, we by the first disagreement with a header, the SDK by the version. */
function claimsLegacyVersionInNotification({ body }: McpRequest): boolean {
  const message = jsonRpc.parseMessage(body);
  const claimed = message.kind === "notification" ? metaOf(message.params)?.[META_KEYS.protocolVersion] : undefined;
  return typeof claimed === "string" && !revisions.isModernVersion(claimed);
}

describe("classification", () => {
  it("agrees with the SDK's classifier on 20,000 well-formed JSON-RPC messages", () => {
    const random = randomOf(1);
    for (let i = 0; i < 20_000; i++) {
      const request = randomRequest(random, false);
      if (claimsLegacyVersionInNotification(request)) continue;
      const ours = classify(request);
      const theirs = sdk.classifyInboundRequest({
        httpMethod: request.method,
        protocolVersionHeader: request.headers["mcp-protocol-version"],
        mcpMethodHeader: request.headers["mcp-method"],
        body: request.body,
      });
      const want =
        theirs.kind === "reject"
          ? { kind: "rejected", status: theirs.httpStatus, error: { code: theirs.code } }
          : { kind: theirs.kind };
      expect(ours, JSON.stringify(request)).toMatchObject(want);
    }
  });
});

describe("malformed requests", () => {
  it("never crash 20,000 times, never count as our bug, and have their id echoed", async () => {
    const random = randomOf(2);
    const { send, events } = demoEndpoint();
    for (let i = 0; i < 20_000; i++) {
      const request = randomRequest(random, true);
      const response = await send(request);
      const context = JSON.stringify({ request, response });
      expect(response.status, context).toBeLessThan(500);
      if (response.body === undefined || Array.isArray(request.body)) continue;
      const body = String(response.body);
      const text = body.startsWith("event:") ? body.slice(21) : body;
      const id = jsonRpc.echoableId(request.method === "POST" ? request.body : undefined);
      const isPostedResponse = request.method === "POST" && jsonRpc.parseMessage(request.body).kind === "response";
      expect(JSON.parse(text).id, context).toEqual(isPostedResponse ? expect.toBeOneOf([id, null]) : id);
    }
    expect(events.filter(({ type }) => type === "internal_error")).toEqual([]);
  });

  it("may be as deep as JSON.parse allows", async () => {
    const depth = 100_000;
    const deep = JSON.parse(`${'{"x":'.repeat(depth)}1${"}".repeat(depth)}`);
    const { send } = demoEndpoint();
    const body = {
      jsonrpc: "2.0",
      id: 7,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: deep },
    };
    const response = await send({ headers: { "content-type": "application/json" }, body });
    expect(JSON.parse(String(response.body))).toMatchObject({ id: 7 });
    expect(response.status).toBeLessThan(500);
  });
});
