import { expect, it } from "vitest";
import type { CallTool, McpRequest } from "./contract.ts";
import { META_KEYS } from "./modern-envelope.ts";
import { createShared, demoEndpoint, demoVersion, initializeRequest } from "./testing.ts";

const MESSAGES = 100_000;
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_126);

type Random = () => number;

/** The same sequence every time, so that a failure can be looked at. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The cast is safe: random() is below 1, so the index is within the array. */
const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const METHODS = [
  ...["initialize", "notifications/initialized", "notifications/cancelled", "ping", "logging/setLevel"],
  ...["server/discover", "subscriptions/listen", "tools/list", "tools/call", "prompts/list", "prompts/get"],
  ...["resources/list", "resources/read", "resources/templates/list", "resources/subscribe", "resources/unsubscribe"],
  ...["completion/complete", "tasks/get", "nope", "", "__proto__", "constructor", "toString"],
];
const NAMES = ["get_user", "ask", "größe", "greet", "nope", "__proto__", "=?base64?Z2V0X3VzZXI=?=", ""];
const JUNK = [
  ...[
    undefined,
    null,
    0,
    -1,
    1.5,
    1e308,
    -0,
    Number.MAX_SAFE_INTEGER + 1,
    "",
    "x",
    "\u0000",
    "\ud800",
    "x".repeat(5_000),
  ],
  ...[[], {}, [[]], true, false, { _meta: 1 }, { __proto__: null }, [null, {}], { toJSON: 1 }, { length: -1 }],
];
const VERSIONS = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2027-01-01", "x", ""];
const ACCEPTS = [
  "application/json, text/event-stream",
  "text/event-stream",
  "*/*",
  "application/json",
  "text/html",
  ";q=0",
];
const HTTP_METHODS = ["POST", "POST", "POST", "POST", "POST", "GET", "DELETE", "PUT", "OPTIONS", ""];

it(`answers ${MESSAGES.toLocaleString("en")} messages of every kind without a crash, and blames itself for none`, async () => {
  const random = randomOf(SEED);
  const { deps, listeners, waiting } = createShared();
  const demo = demoEndpoint({
    ...deps,
    subscriptions: { add: async () => {}, remove: async () => {}, list: async () => ["notes://x"] },
  });
  const version = demoVersion({
    toolNames: new Set(["get_user", "ask", "größe"]),
    prompts: [
      {
        name: "greet",
        arguments: [{ name: "who", required: true }],
        messages: [{ role: "user", content: { type: "text", text: "{{who}}" } }],
      },
    ],
    resources: [{ uri: "notes://x", name: "x", text: "x" }],
    resourceTemplates: [{ uriTemplate: "notes://{id}", name: "y", values: { id: ["1"] } }],
  });
  const callTool: CallTool = async ({ name, replies, onProgress, onLog, canAsk }) => {
    onProgress?.({ progress: 1 });
    onLog("info", "x");
    if (name === "ask" && !replies.sure && canAsk("elicitation/create"))
      return { questions: { sure: { method: "elicitation/create", params: { message: "?", requestedSchema: {} } } } };
    return { content: [] };
  };
  const session = String((await demo.send(initializeRequest("2025-11-25"))).headers["mcp-session-id"]);
  const sessions = [session, session, undefined, `${session}x`, "x", session.slice(1)];
  let counted = 0;
  /** By method, so that it is seen that the fuzz gets through to all of them. */
  const succeeded = new Map<unknown, number>();

  for (let index = 0; index < MESSAGES; index++) {
    const leave = new AbortController();
    const body = bodyOf(random);
    const request = {
      method: pick(random, HTTP_METHODS),
      headers: headersOf(random, body, pick(random, sessions)),
      signal: leave.signal,
      ...(random() < 0.02 ? { parseError: "x" } : { body }),
    };
    const sent = demo.send(request, { version, callTool });
    // Whoever is asked answers nothing: the client goes away.
    if (random() < 0.01) leave.abort();
    const response = await sent;
    const shown = () =>
      `message ${index} of seed ${SEED}: ${request.method} ${JSON.stringify(request.headers)} ${JSON.stringify(body)}`;
    if (response.status >= 500) throw new Error(`${response.status} for ${shown()}`);
    if (response.stream) {
      const ended = response.stream(() => {});
      leave.abort();
      await ended;
    }
    if (response.body !== undefined && response.headers["content-type"] === "application/json") {
      const answer = JSON.parse(String(response.body)) as { id?: unknown; error?: { code: number } };
      const { id, method } = (body ?? {}) as { id?: unknown; method?: unknown };
      const isKnown = typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
      if (
        request.method === "POST" &&
        isKnown &&
        !Array.isArray(body) &&
        !("parseError" in request) &&
        answer.id !== id &&
        (body as { method?: unknown }).method !== undefined
      )
        throw new Error(`The answer has the id ${JSON.stringify(answer.id)} for ${shown()}`);
      if (!answer.error) succeeded.set(method, (succeeded.get(method) ?? 0) + 1);
      counted++;
    }
  }
  expect(demo.events.filter(({ type }) => type === "internal_error")).toEqual([]);
  expect(counted).toBeGreaterThan(MESSAGES / 2);
  for (const method of METHODS.slice(0, METHODS.indexOf("tasks/get"))) {
    if (!method.startsWith("notifications/") && method !== "subscriptions/listen")
      expect([method, (succeeded.get(method) ?? 0) > 50]).toEqual([method, true]);
  }
  expect([listeners.size, waiting.size]).toEqual([0, 0]);
  expect({}).not.toHaveProperty("polluted");
}, 120_000);

function bodyOf(random: Random): unknown {
  const roll = random();
  if (roll < 0.03) return pick(random, JUNK);
  if (roll < 0.08) return Array.from({ length: Math.floor(random() * 4) }, () => messageOf(random));
  return messageOf(random);
}

function messageOf(random: Random): unknown {
  // Most messages have one fault or none, so that they get far.
  const faults = pick(random, [0, 0, 0.03, 0.12]);
  const wild = (sane: unknown) => (random() < faults ? pick(random, JUNK) : sane);
  const method = pick(random, METHODS);
  const name = pick(random, NAMES);
  const params: Record<string, unknown> = {
    name: wild(name),
    arguments: wild({ id: 1, who: "x" }),
    uri: wild(pick(random, ["notes://x", "notes://7", "x"])),
    cursor: random() < 0.1 ? wild("c") : undefined,
    ref: wild({ type: pick(random, ["ref/prompt", "ref/resource", "x"]), name: "greet", uri: "notes://{id}" }),
    argument: wild({ name: "who", value: "x" }),
    protocolVersion: wild(pick(random, VERSIONS)),
    capabilities: wild(random() < 0.5 ? { elicitation: {} } : {}),
    clientInfo: wild({ name: "x", version: "1" }),
    notifications: wild({ toolsListChanged: true, resourceSubscriptions: ["notes://x"] }),
    requestId: wild(1),
    requestState: random() < 0.05 ? wild("x.y") : undefined,
    inputResponses: random() < 0.1 ? wild({ sure: { action: "accept" } }) : undefined,
  };
  if (random() < 0.6) {
    params._meta = wild({
      ...(random() < 0.8
        ? { [META_KEYS.protocolVersion]: wild(random() < 0.6 ? VERSIONS[0] : pick(random, VERSIONS)) }
        : {}),
      ...(random() < 0.9 ? { [META_KEYS.clientCapabilities]: wild(random() < 0.5 ? { elicitation: {} } : {}) } : {}),
      ...(random() < 0.5 ? { [META_KEYS.clientInfo]: wild({ name: "x", version: "1" }) } : {}),
      ...(random() < 0.3 ? { progressToken: wild(1) } : {}),
      ...(random() < 0.2 ? { [META_KEYS.logLevel]: wild("info") } : {}),
    });
  }
  const message: Record<string, unknown> = { jsonrpc: wild("2.0"), method: wild(method), params: wild(params) };
  if (random() < 0.85) message.id = wild(Math.floor(random() * 100));
  if (random() < 0.05) message.result = wild({});
  if (random() < 0.02) delete message.method;
  return message;
}

function headersOf(random: Random, body: unknown, session: string | undefined): McpRequest["headers"] {
  const { method, params } = (typeof body === "object" && body !== null ? body : {}) as {
    method?: unknown;
    params?: { name?: unknown; uri?: unknown; _meta?: { [META_KEYS.protocolVersion]?: unknown } };
  };
  const claimed = params?._meta?.[META_KEYS.protocolVersion];
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    "content-type": random() < 0.97 ? "application/json; charset=utf-8" : pick(random, ["text/plain", "", ";;"]),
    accept: random() < 0.7 ? ACCEPTS[0] : pick(random, [undefined, ...ACCEPTS]),
    "mcp-protocol-version": random() < 0.8 ? text(claimed) : pick(random, [undefined, ...VERSIONS]),
    "mcp-method": random() < 0.8 ? text(method) : pick(random, [undefined, ...METHODS]),
    "mcp-name": random() < 0.8 ? text(method === "resources/read" ? params?.uri : params?.name) : pick(random, NAMES),
    "mcp-session-id": random() < 0.3 ? session : undefined,
    "last-event-id": random() < 0.05 ? "x.y" : undefined,
    "user-agent": random() < 0.1 ? "x".repeat(2_000) : "fuzz",
  };
}
