import { describe, expect, it } from "vitest";
import type { JsonObject } from "../types.ts";
import { convertHar } from "./har.ts";
import { isHar } from "./recognize.ts";

interface Recorded {
  method?: string;
  type?: string;
  answer?: string;
  status?: number;
  text?: string;
  headers?: Record<string, string>;
  post?: JsonObject;
  cookies?: Record<string, string>;
}
const pairs = (object: Record<string, string> = {}) => Object.entries(object).map(([name, value]) => ({ name, value }));
const entry = (url: string, given: Recorded = {}): JsonObject => ({
  ...(given.type ? { _resourceType: given.type } : {}),
  request: {
    method: given.method ?? "GET",
    url,
    headers: pairs(given.headers),
    cookies: pairs(given.cookies),
    queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
    ...(given.post ? { postData: given.post } : {}),
  },
  response: {
    status: given.status ?? 200,
    content: {
      mimeType: given.answer ?? "application/json",
      ...(given.text === undefined ? {} : { text: given.text }),
    },
  },
});
const har = (...entries: unknown[]): JsonObject => ({ log: { version: "1.2", creator: { name: "x" }, entries } });
const rootOf = (file: JsonObject): JsonObject => {
  const converted = convertHar(file);
  if (!converted.ok) throw new Error(converted.message);
  return converted.root;
};
const keysOf = (file: JsonObject) =>
  Object.entries(rootOf(file).paths as Record<string, JsonObject>).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
const origin = "https://app.example";

describe("convertHar", () => {
  it("takes calls of an API and leaves pages, scripts and pictures", () => {
    const file = har(
      entry(`${origin}/`, { type: "document", answer: "text/html" }),
      entry(`${origin}/app.js`, { type: "script", answer: "application/javascript" }),
      entry(`${origin}/logo.png`, { answer: "image/png" }),
      entry(`${origin}/font.woff2`, { type: "font", answer: "font/woff2" }),
      entry(`${origin}/style.css`, { answer: "text/css" }),
      entry(`${origin}/page`, { type: "fetch", answer: "text/x-component" }),
      entry(`${origin}/i18n/en.json`, { type: "fetch" }),
      entry(`${origin}/api/pets`, { method: "OPTIONS" }),
      entry(`${origin}/api/pets`, { type: "xhr" }),
      entry(`${origin}/api/feed`, { answer: "application/atom+xml" }),
      entry(`${origin}/api/login`, {
        method: "POST",
        answer: "text/plain",
        post: { mimeType: "application/x-www-form-urlencoded", text: "a=1" },
      }),
      { request: { method: "GET", url: "data:image/png;base64,AA" } },
      { request: { method: "GET", url: "nonsense" } },
    );
    expect(keysOf(file)).toEqual(["GET /i18n/en.json", "GET /api/pets", "GET /api/feed", "POST /api/login"]);
    expect(convertHar(file).diagnostics.map(({ code }) => code)).toEqual(["entries_left_out", "entries_unreadable"]);
  });

  it("finds ids by their look and by what differs", () => {
    const users = ["ada", "bob"].map((name) => entry(`${origin}/api/users/${name}`, { text: '{"id":1,"name":"x"}' }));
    const settings = [
      entry(`${origin}/api/settings/profile`, { text: '{"theme":"dark"}' }),
      entry(`${origin}/api/settings/billing`, { text: '{"card":"1"}' }),
    ];
    expect(
      keysOf(
        har(
          ...users,
          ...settings,
          entry(`${origin}/api/users/me`),
          entry(`${origin}/api/orders/1001/items/5f2b6c0de1a4b30017f3c9aa`),
        ),
      ),
    ).toEqual([
      "GET /api/users/{userId}",
      "GET /api/settings/profile",
      "GET /api/settings/billing",
      "GET /api/users/me",
      "GET /api/orders/{orderId}/items/{itemId}",
    ]);
  });

  it("takes an encoded value for an id, and a path in a header for no credential", () => {
    const root = rootOf(
      har(
        entry(`${origin}/api/keys/GET%20%2Fpets`, {
          headers: { "X-From": "/documents/doc_01a210eea2bf7a1ebfc34f85889e9b6b" },
        }),
      ),
    );
    expect(Object.keys(root.paths as object)).toEqual(["/api/keys/{keyId}"]);
    expect(root.components).toBeUndefined();
  });

  it("unites the samples of one operation", () => {
    const post = (text: string) => ({ method: "POST", post: { mimeType: "application/json", text } });
    const root = rootOf(
      har(
        entry(`${origin}/api/pets?dry=true`, {
          ...post('{"name":"Rex","age":3}'),
          status: 201,
          text: '{"id":1,"tag":null}',
        }),
        entry(`${origin}/api/pets`, { ...post('{"name":"Tom"}'), status: 201, text: '{"id":2,"tag":"cat"}' }),
        entry(`${origin}/api/pets`, { ...post("{}"), status: 422, text: '{"error":"x"}' }),
      ),
    );
    expect(root.paths).toMatchObject({
      "/api/pets": {
        post: {
          parameters: [{ name: "dry", in: "query", schema: { type: "boolean" } }],
          requestBody: {
            required: true,
            content: {
              "application/json": { schema: { properties: { name: { type: "string" }, age: { type: "integer" } } } },
            },
          },
          responses: {
            201: {
              content: {
                "application/json": {
                  schema: { properties: { id: { type: "integer" }, tag: { type: ["null", "string"] } } },
                },
              },
            },
            422: { content: { "application/json": { schema: { properties: { error: { type: "string" } } } } } },
          },
        },
      },
    });
  });

  it("makes the most called origin the server", () => {
    const file = har(entry("https://b.example/one"), entry(`${origin}/api/a`), entry(`${origin}/api/b`));
    expect(rootOf(file)).toMatchObject({
      info: { title: "app.example" },
      servers: [{ url: origin }],
      paths: { "/one": { get: { servers: [{ url: "https://b.example" }] } } },
    });
    expect(convertHar(file).diagnostics.map(({ code }) => code)).toEqual(["several_hosts"]);
  });

  it("reads multipart bodies however they are recorded", () => {
    const text =
      '--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\u2026\r\n--x--';
    const params = [
      { name: "note", value: "hello" },
      { name: "f", fileName: "a.png", contentType: "image/png" },
    ];
    for (const post of [
      { mimeType: "multipart/form-data; boundary=x", text },
      { mimeType: "multipart/form-data", params },
    ])
      expect(rootOf(har(entry(`${origin}/api/up`, { method: "POST", post }))).paths).toMatchObject({
        "/api/up": {
          post: {
            requestBody: {
              content: {
                "multipart/form-data": {
                  schema: { properties: { note: { examples: ["hello"] }, f: { format: "binary" } } },
                },
              },
            },
          },
        },
      });
  });

  it("makes security schemes of credentials and keeps no value of one, nor of an answer", () => {
    const secret = "Zx9-very-secret-41";
    const root = rootOf(
      har(
        entry(`${origin}/api/a?access_token=${secret}`, {
          headers: {
            Authorization: `Bearer ${secret}`,
            Cookie: `sid=${secret}; _ga=GA1.2.3`,
            "X-XSRF-TOKEN": "xsrf-value-1",
          },
          cookies: { sid: secret },
          text: JSON.stringify({ token: secret, owner: "Ada Lovelace" }),
        }),
        entry(`${origin}/api/b`, {
          method: "POST",
          post: { mimeType: "application/json", text: JSON.stringify({ echo: secret, password: "hunter2" }) },
        }),
        entry(`${origin}/api/reset/${secret}9aB8cD7eF6/confirm`),
      ),
    );
    expect((root.components as JsonObject).securitySchemes).toEqual({
      bearerAuth: { type: "http", scheme: "bearer" },
      access_token: { type: "apiKey", in: "query", name: "access_token" },
    });
    for (const part of [secret, "hunter2", "GA1.2.3", "xsrf-value-1", "Lovelace"])
      expect(JSON.stringify(root)).not.toContain(part);
  });

  it("takes cookies for credentials where no header is one", () => {
    const root = rootOf(har(entry(`${origin}/api/a`, { cookies: { "connect.sid": "abcdef123", theme: "dark" } })));
    expect((root.components as JsonObject).securitySchemes).toEqual({
      "connect.sid": { type: "apiKey", in: "cookie", name: "connect.sid" },
    });
  });

  it.each<[JsonObject, string]>([
    [{ log: { creator: {} } }, "log.entries"],
    [har(), "it is empty"],
    [har(entry(`${origin}/x.png`, { answer: "image/png" })), "pages, scripts and images"],
  ])("says what is wrong with %j", (file, message) => {
    expect(isHar(file)).toBe(true);
    expect(convertHar(file)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  it("never throws for nonsense", () => {
    const nonsense = [
      null,
      7,
      [],
      {},
      { request: 1, response: "x" },
      {
        request: { url: "https://a.example/x", headers: "x", queryString: [1, null], postData: [] },
        response: { status: "y", content: 1 },
      },
    ];
    expect(convertHar(har(...nonsense)).ok).toBe(false);
    expect(convertHar(har(...nonsense, entry(`${origin}/api/x`, { text: "{broken" }))).ok).toBe(true);
  });
});
