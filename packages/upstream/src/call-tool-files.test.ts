import type { BodyPlan } from "@portico/openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callTool } from "./call-tool.ts";
import { createEgress } from "./egress/egress.ts";
import { UpstreamError } from "./egress/error.ts";
import { planOf, responseOf, startServer, toolOf } from "./testing.ts";
import type { CallOutcome, Egress, UpstreamRequest, UpstreamResponse } from "./types.ts";

const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const secret = "topsecret-credential";

let server: Awaited<ReturnType<typeof startServer>>;
let real: Egress;
beforeAll(async () => {
  server = await startServer(() => ({ body: "{}" }));
  real = createEgress({ allow: ["127.0.0.0/8"] });
});
afterAll(async () => {
  await real.close();
  await server.stop();
});

const multipart: BodyPlan = {
  contentType: "multipart/form-data",
  required: true,
  binaryProperties: ["file", "more"],
  mapping: { kind: "flat", properties: ["file", "more", "note"].map((name) => ({ argument: name, name })) },
};
const octets: BodyPlan = {
  contentType: "application/octet-stream",
  required: true,
  binary: true,
  mapping: { kind: "whole", argument: "body" },
};

/** Files at made-up https addresses; the API itself is a real server. */
async function call(
  body: BodyPlan,
  args: Record<string, unknown>,
  answer: (url: string) => Partial<UpstreamResponse> | Error = () => ({}),
) {
  const fetched: UpstreamRequest[] = [];
  const egress: Egress = {
    ...real,
    async request(request, options) {
      if (request.url.startsWith(server.origin)) return real.request(request, options);
      fetched.push(request);
      const given = answer(request.url);
      if (given instanceof Error) throw given;
      return { ...responseOf(PNG, { "content-type": "image/png" }), url: request.url, ...given };
    },
  };
  const tool = toolOf({
    inputSchema: { type: "object" },
    plan: planOf({
      method: "POST",
      baseUrls: [{ url: server.origin, variables: {} }],
      security: [[{ scheme: { name: "key", type: "apiKey", in: "header", parameterName: "X-Key" }, scopes: [] }]],
      body,
    }),
  });
  const outcome = await callTool({
    tool,
    toolId: "t",
    args,
    target: { credentials: { key: { type: "apiKey", value: secret } } },
    egress,
    validate: (_id, _schema, given) => ({ ok: true, args: given as Record<string, unknown> }),
  });
  return { outcome, fetched, sent: server.seen.at(-1) };
}
const textOf = ({ result }: CallOutcome) =>
  result.content.map((item) => (item.type === "text" ? item.text : "")).join();

describe("a file given as an https URL", () => {
  it("is fetched without a credential and sent with its name and type", async () => {
    const { outcome, fetched, sent } = await call(multipart, {
      file: "https://a.example/dir/my%20cat.png?sig=1",
      note: "n",
    });
    expect(outcome.outcome).toBe("ok");
    expect(fetched).toEqual([
      {
        method: "GET",
        url: "https://a.example/dir/my%20cat.png?sig=1",
        headers: [["accept", "*/*"]],
        secrets: [],
        missingCredentials: [],
      },
    ]);
    expect(sent?.body).toContain('name="file"; filename="my cat.png"\r\nContent-Type: image/png');
    expect(sent?.headers["x-key"]).toBe(secret);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      "its disposition",
      { "content-type": "image/png", "content-disposition": 'attachment; filename="../real.png"' },
      "real.png",
      "image/png",
    ],
    ["its bytes", { "content-type": "application/octet-stream" }, "x", "image/png"],
    [
      "nothing that could break out",
      { "content-type": 'a/b"\r\nX: 1', "content-disposition": "attachment; filename*=UTF-8''a%0d%0aX%22b" },
      "aXb",
      "image/png",
    ],
  ])("is named by %s", async (_name, headers, name, type) => {
    const { sent } = await call(multipart, { file: "https://a.example/x" }, () => ({ headers }));
    expect(sent?.body).toContain(`filename="${name}"\r\nContent-Type: ${type}\r\n`);
  });

  it("may be one of several, in a list or alone", async () => {
    const { fetched, sent } = await call(multipart, {
      file: "https://a.example/1.png",
      more: ["https://a.example/2.png", "data:text/plain;name=t.txt,hello"],
    });
    expect(fetched).toHaveLength(2);
    for (const name of ["1.png", "2.png", "t.txt"]) expect(sent?.body).toContain(`filename="${name}"`);
  });

  it("may be the whole body", async () => {
    const { sent } = await call(octets, { body: "https://a.example/x" }, () => ({ body: Buffer.from("all of it") }));
    expect(sent?.body).toBe("all of it");
  });

  it("is only where files are: other arguments stay what they are", async () => {
    const { fetched, sent } = await call(multipart, { file: "aGVsbG8=", note: "https://a.example/" });
    expect(fetched).toHaveLength(0);
    expect(sent?.body).toContain("https://a.example/");
  });

  it.each<[string, string, () => Partial<UpstreamResponse> | Error, RegExp, string]>([
    [
      "missing",
      "https://a.example/x?sig=1",
      () => ({ status: 404 }),
      /"file": https:\/\/a\.example\/x could not be fetched: it answered 404 Not Found\.$/,
      "invalid_arguments",
    ],
    ["elsewhere now", "https://a.example/x", () => ({ status: 302 }), /answered 302/, "invalid_arguments"],
    ["empty", "https://a.example/x", () => ({ body: new Uint8Array(0) }), /it is empty/, "invalid_arguments"],
    ["too large", "https://a.example/x", () => ({ truncated: true }), /larger than 8 MB/, "invalid_arguments"],
    ["private", "https://a.example/x", () => new UpstreamError("blocked", ""), /not allowed/, "blocked"],
    ["slow", "https://a.example/x", () => new UpstreamError("timeout", ""), /did not answer in time/, "timeout"],
    [
      "away",
      "https://a.example/x",
      () => new UpstreamError("network", ""),
      /could not be reached/,
      "invalid_arguments",
    ],
    ["not encrypted", "http://a.example/x", () => ({}), /only https/, "invalid_arguments"],
  ])("that is %s is a problem of its argument", async (_name, file, answer, message, want) => {
    const before = server.seen.length;
    const { outcome } = await call(multipart, { file }, answer);
    expect(outcome).toMatchObject({ outcome: want, result: { isError: true } });
    expect(textOf(outcome)).toMatch(message);
    expect(textOf(outcome)).not.toContain("sig=1");
    expect(server.seen).toHaveLength(before);
  });

  it.each([
    "https://127.0.0.1:1/x",
    "https://10.0.0.1/x",
    "https://[::1]/x",
    "https://169.254.169.254/latest",
    "https://user:pw@a.example/",
  ])("meets the guard at %s", async (file) => {
    const guarded = createEgress();
    const tool = toolOf({ inputSchema: { type: "object" }, plan: planOf({ method: "POST", body: multipart }) });
    const validate = () => ({ ok: true as const, args: { file } });
    const outcome = await callTool({
      tool,
      toolId: "t",
      args: {},
      target: { credentials: {} },
      egress: guarded,
      validate,
    });
    await guarded.close();
    expect(outcome).toMatchObject({ outcome: "blocked", result: { isError: true } });
  });

  it("is one of ten at most, and all have to fit together", async () => {
    const many = Array.from({ length: 11 }, (_, i) => `https://a.example/${i}`);
    expect(textOf((await call(multipart, { more: many })).outcome)).toContain("10 files at most");
    const large = () => ({ body: Buffer.alloc(8 * 1024 * 1024) });
    const { outcome, fetched } = await call(multipart, { more: many.slice(0, 2), file: "https://a.example/x" }, large);
    expect(fetched).toHaveLength(2);
    expect(textOf(outcome)).toContain("16 MB at most");
  });
});
