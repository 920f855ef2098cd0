import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { load } from "../load/load.ts";
import type { JsonObject } from "../types.ts";
import { convertPostman } from "./postman.ts";
import { isPostman } from "./recognize.ts";

const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
const collection = (item: unknown[], parts: JsonObject = {}): JsonObject => ({
  info: { name: "Pets", schema },
  item,
  ...parts,
});
const rootOf = (file: JsonObject): JsonObject => {
  const converted = convertPostman(file);
  if (!converted.ok) throw new Error(converted.message);
  return converted.root;
};
const pathsOf = (file: JsonObject) => rootOf(file).paths as Record<string, Record<string, JsonObject>>;
const get = (url: unknown, parts: JsonObject = {}, name = "Get it") => ({
  name,
  request: { method: "GET", url, ...parts },
});
const variable = [{ key: "baseUrl", value: "https://api.example.com/v1" }];

describe("convertPostman", () => {
  it("makes tags of folders, names of requests and one operation of one method and path", () => {
    const root = rootOf(
      collection(
        [
          {
            name: "Pets",
            item: [
              get("{{baseUrl}}/pets?limit=10", { description: "All of them." }, "List pets"),
              get({ raw: "{{baseUrl}}/pets?limit=5&tag=dog" }, {}, "List dogs"),
              { name: "Admin", item: [get("{{baseUrl}}/pets/:id", {}, "Get pet")] },
            ],
          },
        ],
        { variable },
      ),
    );
    expect(root.servers).toEqual([{ url: "https://api.example.com/v1" }]);
    expect(root.paths).toMatchObject({
      "/pets": {
        get: {
          operationId: "listPets",
          summary: "List pets",
          description: "All of them.",
          tags: ["Pets"],
          parameters: [
            { name: "limit", in: "query", required: true, schema: { type: "integer" } },
            { name: "tag", in: "query", schema: { type: "string" } },
          ],
        },
      },
      "/pets/{id}": { get: { operationId: "getPet", tags: ["Pets / Admin"] } },
    });
  });

  it.each<[string, unknown, string, string | undefined]>([
    ["text", "https://a.example/pets/:id", "/pets/{id}", "https://a.example"],
    ["text without a scheme", "a.example/pets", "/pets", "https://a.example"],
    ["a port", "http://localhost:8080/pets", "/pets", "http://localhost:8080"],
    ["parts", { protocol: "https", host: ["a", "example"], path: ["pets", ":id"] }, "/pets/{id}", "https://a.example"],
    ["v2.0 parts", { protocol: "https", host: "a.example", path: "pets/7" }, "/pets/7", "https://a.example"],
    ["a variable for an id", "https://a.example/pets/{{petId}}", "/pets/{petId}", "https://a.example"],
    ["a variable in a part", "https://a.example/pets/{{petId}}.json", "/pets/{petId}.json", "https://a.example"],
    ["a variable for a version", "https://a.example/{{version}}/pets", "/v2/pets", "https://a.example"],
    ["a variable in the host", "https://{{tenant}}.example/pets", "/pets", "https://{tenant}.example"],
    ["a placeholder", "https://a.example/pets/<pet id>/{toy}", "/pets/{pet_id}/{toy}", "https://a.example"],
    ["a variable for a scheme", "{{scheme}}://a.example/pets", "/pets", "https://a.example"],
    ["an unknown base", "{{unknown}}/pets", "/pets", undefined],
    ["a dynamic value", "https://a.example/pets/{{$guid}}", "/pets/{guid}", "https://a.example"],
  ])("reads an address given as %s", (_name, url, path, server) => {
    const root = rootOf(collection([get(url)], { variable: [{ key: "version", value: "v2" }] }));
    expect(Object.keys(root.paths as object)).toEqual([path]);
    expect((root.servers as { url: string }[] | undefined)?.[0]?.url).toBe(server);
  });

  it("gives no server where most requests do not say where they go", () => {
    const items = [get("{{host}}/a"), get("{{host}}/b"), get("https://tools.example/uuid")];
    const { root, diagnostics } = convertPostman(collection(items, { variable: [{ key: "host", value: "" }] })) as {
      root: JsonObject;
      diagnostics: { message: string }[];
    };
    expect(root.servers).toBeUndefined();
    expect(root.paths).toMatchObject({ "/uuid": { get: { servers: [{ url: "https://tools.example" }] } } });
    expect(diagnostics[0]?.message).toContain("{{host}} has no value");
  });

  it("makes a parameter of a token in the base address", () => {
    const token = "bot123456:AAE-k3q9Zx8Wv7Ut6Sr5Qp4On3Ml2Kj1Ih0";
    const root = rootOf(
      collection([get("{{base}}/send")], { variable: [{ key: "base", value: `https://a.example/v1/${token}` }] }),
    );
    expect(root).toMatchObject({ servers: [{ url: "https://a.example/v1" }], paths: { "/{token}/send": {} } });
    expect(JSON.stringify(root)).not.toContain("AAE-k3q9");
  });

  it("takes path variables, their examples and descriptions, and disabled parameters as optional", () => {
    const url = {
      raw: "https://a.example/pets/:id?q=1",
      variable: [{ key: "id", value: "42", description: "Its number." }],
      query: [
        { key: "q", value: "1" },
        { key: "all", value: "true", disabled: true, description: "Also the dead." },
      ],
    };
    expect(pathsOf(collection([get(url), get(url)]))["/pets/{id}"]?.get?.parameters).toEqual([
      { name: "id", in: "path", required: true, description: "Its number.", schema: { type: "integer" }, example: 42 },
      { name: "q", in: "query", required: true, schema: { type: "integer" }, example: 1 },
      { name: "all", in: "query", description: "Also the dead.", schema: { type: "boolean" }, example: true },
    ]);
  });

  const body = (raw: JsonObject) => {
    const paths = pathsOf(
      collection([{ name: "x", request: { method: "POST", url: "https://a.example/x", body: raw } }]),
    );
    const read = paths["/x"]?.post?.requestBody as { content: Record<string, { schema: JsonObject }> } | undefined;
    return Object.entries(read?.content ?? {}).map(([mediaType, media]) => [
      mediaType,
      media.schema.properties ?? media.schema,
    ])[0];
  };
  it.each<[JsonObject, string, JsonObject]>([
    [
      { mode: "raw", raw: '{"a": 1, // one\n "b": [{"c": true}],}' },
      "application/json",
      { a: { type: "integer" }, b: { type: "array" } },
    ],
    [{ mode: "raw", raw: '{"a": {{n}}, "b": "{{text}}"}' }, "application/json", { a: {}, b: { type: "string" } }],
    [
      { mode: "raw", raw: '{"a": <your id>, "b": $B, "c": "<text>"}' },
      "application/json",
      { a: {}, b: {}, c: { type: "string" } },
    ],
    [{ mode: "raw", raw: "<a/>", options: { raw: { language: "xml" } } }, "application/xml", { type: "string" }],
    [
      { mode: "urlencoded", urlencoded: [{ key: "a", value: "1" }] },
      "application/x-www-form-urlencoded",
      { a: { type: "integer" } },
    ],
    [
      { mode: "formdata", formdata: [{ key: "f", type: "file", src: "/x" }] },
      "multipart/form-data",
      { f: { format: "binary" } },
    ],
    [{ mode: "file", file: { src: "/x" } }, "application/octet-stream", { format: "binary" }],
    [
      { mode: "graphql", graphql: { query: "{ a }", variables: '{"n": 1}' } },
      "application/json",
      { query: { type: "string" }, variables: { type: "object" } },
    ],
  ])("reads the body %j", (raw, mediaType, properties) => {
    const read = body(raw);
    expect(read?.[0]).toBe(mediaType);
    expect(read?.[1]).toMatchObject(properties);
  });

  it("makes schemas of saved responses, without their values", () => {
    const item = {
      ...get("https://a.example/pets"),
      response: [
        {
          code: 200,
          header: [{ key: "Content-Type", value: "application/json; charset=utf-8" }],
          body: '[{"id":1,"owner":"Ada Lovelace"}]',
        },
        { code: 404, body: '{"error":"No such pet"}' },
      ],
    };
    const root = rootOf(collection([item]));
    expect(root.paths).toMatchObject({
      "/pets": {
        get: {
          responses: {
            200: {
              content: {
                "application/json": { schema: { type: "array", items: { properties: { id: { type: "integer" } } } } },
              },
            },
            404: { content: { "application/json": { schema: { properties: { error: { type: "string" } } } } } },
          },
        },
      },
    });
    expect(JSON.stringify(root)).not.toMatch(/Lovelace|No such pet/);
  });

  const secret = "Zx9-very-secret-41";
  const list = (values: Record<string, string>) =>
    Object.entries(values).map(([key, value]) => ({ key, value, type: "string" }));
  it.each<[string, JsonObject, JsonObject]>([
    ["bearer", { type: "bearer", bearer: list({ token: secret }) }, { bearerAuth: { scheme: "bearer" } }],
    ["bearer of v2.0", { type: "bearer", bearer: { token: secret } }, { bearerAuth: { scheme: "bearer" } }],
    [
      "basic",
      { type: "basic", basic: list({ username: "ada", password: secret }) },
      { basicAuth: { scheme: "basic" } },
    ],
    [
      "apikey",
      { type: "apikey", apikey: list({ key: "X-Key", value: secret, in: "header" }) },
      { "X-Key": { in: "header" } },
    ],
    [
      "apikey in the query",
      { type: "apikey", apikey: list({ key: "k", value: secret, in: "query" }) },
      { k: { in: "query" } },
    ],
    [
      "oauth2",
      {
        type: "oauth2",
        oauth2: list({
          grant_type: "client_credentials",
          accessTokenUrl: "https://a.example/token",
          clientSecret: secret,
          scope: "read write",
        }),
      },
      {
        oauth2: {
          flows: { clientCredentials: { tokenUrl: "https://a.example/token", scopes: { read: "", write: "" } } },
        },
      },
    ],
  ])("inherits %s and forgets its values", (_name, auth, schemes) => {
    const file = collection(
      [
        { name: "In", item: [get("https://a.example/a", { description: `Send ${secret}.` })] },
        { name: "Out", auth: { type: "noauth" }, item: [get("https://a.example/b")] },
      ],
      {
        auth,
        variable: [
          { key: "token", value: secret },
          { key: "other", value: secret, type: "secret" },
        ],
      },
    );
    const root = rootOf(file);
    expect((root.components as JsonObject).securitySchemes).toMatchObject(schemes);
    expect(root.paths).toMatchObject({ "/a": { get: { security: [{ [Object.keys(schemes)[0] as string]: [] }] } } });
    expect((root.paths as Record<string, { get: JsonObject }>)["/b"]?.get.security).toBeUndefined();
    expect(JSON.stringify(root)).not.toContain(secret);
  });

  it("forgets secrets in headers, queries, bodies and variables", () => {
    const item = {
      name: "x",
      request: {
        method: "POST",
        url: `https://a.example/x?api_key=${secret}&key={{apiKey}}`,
        header: [
          { key: "X-Auth-Token", value: secret },
          { key: "Cookie", value: `sid=${secret}` },
        ],
        body: { mode: "raw", raw: JSON.stringify({ user: { password: "hunter2", name: "ada" }, token: "{{apiKey}}" }) },
      },
    };
    const text = JSON.stringify(rootOf(collection([item], { variable: [{ key: "apiKey", value: "abc123abc" }] })));
    for (const part of [secret, "hunter2", "abc123abc"]) expect(text).not.toContain(part);
    expect(text).toContain('"ada"');
  });

  it.each<[JsonObject, string]>([
    [{ info: { _postman_id: "x" } }, "no list of requests"],
    [collection([]), "no request"],
    [collection([{ name: "x", request: { url: "" } }]), "no request"],
    [{ requests: [], order: [], name: "old" }, "v1"],
    [{ _postman_variable_scope: "environment", values: [] }, "environment"],
  ])("says what is wrong with %j", (file, message) => {
    expect(isPostman(file)).toBe(true);
    expect(convertPostman(file)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  it("never throws for nonsense, and does without what it cannot read", () => {
    const nonsense: unknown[] = [
      null,
      7,
      "x",
      [],
      { request: null },
      { request: { url: { path: [null, {}] }, header: 3, body: [] } },
      { item: [{ item: "x" }] },
    ];
    expect(convertPostman(collection(nonsense)).ok).toBe(false);
    let deep: unknown = get("https://a.example/x");
    for (let depth = 0; depth < 40; depth++) deep = { name: "f", item: [deep] };
    const { diagnostics } = convertPostman(collection([deep, get("https://a.example/y")]));
    expect(diagnostics.map(({ code }) => code)).toEqual(["folder_left_out"]);
  });

  it("goes through the same path as any document", async () => {
    const loaded = await load({ content: JSON.stringify(collection([get("{{baseUrl}}/pets/:id")], { variable })) });
    if (!loaded.ok) throw new Error("refused");
    expect(loaded.document).toMatchObject({ convertedFrom: "postman", format: "openapi-3.1", title: "Pets" });
    expect(compile(loaded.document).tools).toMatchObject([{ name: "getIt", operation: "GET /pets/{id}" }]);
  });

  it("reads the same in a wrapper, as Postman's own API answers", () => {
    expect(isPostman({ collection: collection([get("https://a.example/x")]) })).toBe(true);
    expect(Object.keys(pathsOf({ collection: collection([get("https://a.example/x")]) }))).toEqual(["/x"]);
  });
});
