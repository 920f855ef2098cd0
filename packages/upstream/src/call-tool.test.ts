import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool } from "./call-tool.ts";
import { createEgress } from "./egress/egress.ts";
import { type Answer, parameterOf, planOf, startServer, toolOf } from "./testing.ts";
import type { Egress, Target } from "./types.ts";
import { createValidator } from "./validate/validator.ts";

let answer: Answer = {};
let server: Awaited<ReturnType<typeof startServer>>;
let egress: Egress;
beforeAll(async () => {
  server = await startServer(() => answer);
  egress = createEgress({ allow: ["127.0.0.0/8"] });
});
afterAll(async () => {
  await egress.close();
  await server.stop();
});

const tool = () =>
  toolOf({
    inputSchema: {
      type: "object",
      properties: { a: { type: "integer" } },
      required: ["a"],
      additionalProperties: false,
    },
    plan: planOf({
      baseUrls: [{ url: server.origin, variables: {} }],
      parameters: [parameterOf({})],
      security: [[{ scheme: { name: "key", type: "apiKey", in: "query", parameterName: "k" }, scopes: [] }]],
    }),
  });
const target: Target = { credentials: { key: { type: "apiKey", value: "topsecret" } } };
const boundTo = (...origins: string[]): Target => ({
  credentials: { key: { type: "apiKey", value: "topsecret", origins } },
});
const call = (args: unknown, parts = {}) =>
  callTool({ tool: tool(), toolId: "t", args, target, egress, validate: createValidator(), ...parts });

describe("callTool", () => {
  it("validates, heals, sends and shapes", async () => {
    answer = { headers: { "content-type": "application/json" }, body: '{"ok":true}' };
    const outcome = await call({ a: "7" });
    expect(outcome).toMatchObject({
      outcome: "ok",
      status: 200,
      responseBytes: 11,
      result: { structuredContent: { ok: true } },
    });
    expect(server.seen.at(-1)?.url).toBe("/things?a=7&k=topsecret");
  });

  it("sends a credential only to the origins that it was stored for, and says which", async () => {
    answer = {};
    const before = server.seen.length;
    const refused = await call(
      { a: 1 },
      { target: boundTo("https://api.example", server.origin.replace("127", "128")) },
    );
    expect(server.seen).toHaveLength(before);
    expect(refused.result.content).toEqual([
      {
        type: "text",
        text: expect.stringMatching(/"key" was stored for https:\/\/api\.example, .* calls http:\/\/127\./),
      },
    ]);
    expect(await call({ a: 1 }, { target: boundTo() })).toMatchObject({ outcome: "blocked" });
    expect(await call({ a: 1 }, { target: boundTo("https://api.example", server.origin) })).toMatchObject({
      outcome: "ok",
    });
  });

  it.each<[string, unknown, Answer, object, string]>([
    ["bad arguments", {}, {}, {}, "invalid_arguments"],
    ["an API that refuses", { a: 1 }, { status: 403, body: "no" }, {}, "upstream_error"],
    ["an API that is slow", { a: 1 }, { delayMs: 1_000 }, { limits: { timeoutMs: 30 } }, "timeout"],
    ["a caller that left", { a: 1 }, {}, { signal: AbortSignal.abort() }, "cancelled"],
    ["a private address", { a: 1 }, {}, { target: { ...target, baseUrl: "http://10.0.0.1" } }, "blocked"],
    ["a credential for elsewhere", { a: 1 }, {}, { target: boundTo("https://api.example") }, "blocked"],
    ["a closed port", { a: 1 }, {}, { target: { ...target, baseUrl: "http://127.0.0.1:1" } }, "network_error"],
    ["a base URL that is none", { a: 1 }, {}, { target: { ...target, baseUrl: "nonsense" } }, "invalid_arguments"],
  ])("%s is a result, never an exception", async (_name, args, given, parts, want) => {
    answer = given;
    const outcome = await call(args, parts);
    expect(outcome).toMatchObject({ outcome: want, result: { isError: true } });
    expect(JSON.stringify(outcome)).not.toContain("topsecret");
  });

  it("ends at the tool's own time, or at a caller's that is shorter, and says which", async () => {
    const patient = tool();
    patient.plan.timeoutSeconds = 1;
    answer = { delayMs: 3_000 };
    for (const [limits, least, most, text] of [
      [{}, 950, 2_000, "A call of this tool may take 1 s."],
      [{ timeoutMs: 50 }, 45, 900, "A call of this tool may take 0.05 s."],
      [{ timeoutMs: 60_000 }, 950, 2_000, "A call of this tool may take 1 s."],
    ] as const) {
      const begun = performance.now();
      const outcome = await call({ a: 1 }, { tool: patient, limits });
      const ms = performance.now() - begun;
      expect(outcome).toMatchObject({
        outcome: "timeout",
        result: { isError: true, content: [{ text: `The API did not answer in time. ${text}` }] },
      });
      expect(ms).toBeGreaterThanOrEqual(least);
      expect(ms).toBeLessThan(most);
    }
  });

  const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
  const AGAIN = { ...READS, readOnlyHint: false };
  const ONCE = { ...AGAIN, idempotentHint: false };
  it.each<[string, string, typeof READS, number | undefined, number]>([
    ["a read, as any other", "GET", READS, undefined, 2],
    ["a read that is never made again", "GET", READS, 0, 1],
    ["a read that is made again once", "GET", READS, 1, 2],
    ["a read that is made again often", "GET", READS, 3, 4],
    ["a search by POST, as any other", "POST", READS, undefined, 1],
    ["a search by POST that is made again", "POST", READS, 2, 3],
    ["a change that can be repeated, as any other", "PUT", AGAIN, undefined, 1],
    ["a change that can be repeated", "PUT", AGAIN, 3, 4],
    ["a change that cannot be repeated, whatever is set", "POST", ONCE, 3, 1],
    ["a GET that does more than read", "GET", ONCE, undefined, 1],
  ])("makes %s: %s", async (_what, method, annotations, retries, requests) => {
    answer = { status: 429, headers: { "retry-after": "0" } };
    const given = { ...tool(), annotations };
    given.plan = { ...given.plan, method, ...(retries === undefined ? {} : { retries }) };
    const before = server.seen.length;
    expect(await call({ a: 1 }, { tool: given })).toMatchObject({ status: 429, retries: requests - 1 });
    expect(server.seen.length - before).toBe(requests);
  });

  it("says what the document wanted when the API refuses a text, and nothing when it takes it", async () => {
    const named = toolOf({
      inputSchema: { type: "object", properties: { a: { type: "string", pattern: "^[a-z]+$" } } },
      plan: tool().plan,
    });
    const texts = async (status: number, a: string) => {
      answer = { status, headers: { "content-type": "application/json" }, body: '{"message":"bad"}' };
      const { result } = await call({ a }, { tool: named, toolId: "named" });
      return result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
    };
    expect(await texts(422, "A1")).toMatch(/422.*bad[\s\S]*By the document[\s\S]*"a": expected text that matches/);
    expect(await texts(400, "ok")).not.toContain("By the document");
    expect(await texts(200, "A1")).not.toContain("By the document");
  });

  it("keeps what does not fit, without the credential that the API echoed", async () => {
    answer = { headers: { "content-type": "text/plain" }, body: `topsecret ${"x".repeat(20)}` };
    const kept: string[] = [];
    const outcome = await call(
      { a: 1 },
      {
        limits: { output: { textCharsMax: 10 } },
        keep: async (file: { data: Uint8Array }) => {
          kept.push(Buffer.from(file.data).toString());
          return { url: "https://p.example/files/t", minutes: 15 };
        },
      },
    );
    expect(kept).toEqual([`[hidden] ${"x".repeat(20)}`]);
    expect(outcome.result.content.at(-1)).toEqual({
      type: "text",
      text: "The whole answer (29 bytes) is at https://p.example/files/t, for 15 minutes.",
    });
  });

  it("counts what was asked again", async () => {
    answer = { status: 429, headers: { "retry-after": "0" } };
    expect(await call({ a: 1 })).toMatchObject({ outcome: "upstream_error", status: 429, retries: 1 });
  });

  it("says what an answer has instead of what the document promises", async () => {
    answer = { headers: { "content-type": "text/html" }, body: "<p>Sign in" };
    expect((await call({ a: 1 })).diagnostic).toContain("promises application/json");
    answer = { headers: { "content-type": "application/json" }, body: "{}" };
    expect(await call({ a: 1 })).not.toHaveProperty("diagnostic");
  });

  it("calls an answer that cannot be read a failure of the API", async () => {
    answer = { headers: { "content-encoding": "gzip" }, body: "not gzip" };
    expect(await call({ a: 1 })).toMatchObject({ outcome: "upstream_error", result: { isError: true } });
  });
});
