import { describe, expect, it } from "vitest";
import { cpuTimer } from "../testing.ts";
import { load } from "./load.ts";

const MINIMAL = '{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{}}';

describe("load refuses with a code and never throws", () => {
  const laughs = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdefghij".split("").map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[i]}`).join(",")}]`),
  ].join("\n");
  it.each([
    ["", "empty_document"],
    ["   \n", "empty_document"],
    ["<!doctype html><title>Swagger UI</title>", "not_an_api_description"],
    ['{"openapi":"3.0.0","paths":{', "invalid_json"],
    ["openapi: 3.0.0\n  bad: [", "invalid_yaml"],
    ["a: !!js/function 'x'", "invalid_yaml"],
    ["a: 1\n---\nb: 2", "invalid_yaml"],
    ["[]", "not_an_api_description"],
    ["null", "not_an_api_description"],
    ["42", "not_an_api_description"],
    ['{"openapi":"4.0.0","paths":{}}', "not_an_api_description"],
    ['{"swagger":"1.2","apis":[]}', "not_an_api_description"],
    ['{"asyncapi":"2.6.0"}', "not_an_api_description"],
    ['{"info":{"_postman_id":"x"},"item":[]}', "not_an_api_description"],
    ['{"log":{"entries":[]}}', "not_an_api_description"],

    ["Invoke-WebRequest -Uri https://api.example/x", "not_an_api_description"],
    ['{"openapi":"3.0.0","paths":[]}', "not_an_api_description"],
    [`{"openapi":"3.0.0","x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`, "spec_too_deep"],
    [laughs, "too_many_nodes"],
    ["a: &a\n  b: *a", "cyclic_document"],
    ["type Query { pets(limit: Int): [Pet] }\ntype Pet { id: ID! name: String }", "not_an_api_description"],
  ])("%.40s", async (content, code) => {
    const taken = cpuTimer();
    const loaded = await load({ content });
    expect(loaded).toMatchObject({ ok: false, diagnostics: [{ code, severity: "error" }] });
    expect(taken()).toBeLessThan(2_000);
  });

  it("binary junk, oversize and unsafe addresses", async () => {
    expect(await load({ content: new Uint8Array([0x89, 0x50, 0xff, 0x00, 0xfe]) })).toMatchObject({ ok: false });
    expect(await load({ content: MINIMAL }, { limits: { documentBytesMax: 10 } })).toMatchObject({
      diagnostics: [{ code: "document_too_large" }],
    });
    for (const url of ["file:///etc/passwd", "javascript:1", "http://u:p@example.com/", "nonsense"]) {
      const fetch = () => Promise.reject(new Error("must not be called"));
      expect(await load({ url }, { fetch })).toMatchObject({ diagnostics: [{ code: "invalid_url" }] });
    }
  });
});

describe("load reads", () => {
  const utf16 = (text: string, bom: boolean) => Buffer.from(`${bom ? "\uFEFF" : ""}${text}`, "utf16le");
  it.each<[string, string | Uint8Array]>([
    ["JSON", MINIMAL],
    ["JSON with a byte order mark", `\uFEFF${MINIMAL}`],
    ["UTF-16 with a mark", utf16(MINIMAL, true)],
    ["UTF-16 without a mark", utf16(MINIMAL, false)],
    ["YAML", "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}"],
    [
      "YAML with a bracket that closes at the start of a line",
      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {\n  /a: {}\n}\n",
    ],
    ["YAML flow", "{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {}}"],
    ["duplicate keys", "openapi: 3.1.0\ninfo: {title: T, version: 1}\ninfo: {title: T, version: 1}\npaths: {}"],
  ])("%s", async (_name, content) => {
    expect(await load({ content })).toMatchObject({
      ok: true,
      document: { title: "T", version: "1", format: "openapi-3.1" },
    });
  });

  it.each([
    [{ url: "https://api.example/logo.png", altText: "Logo" }, "https://api.example/logo.png"],
    [{ url: " https://api.example/a b.svg" }, "https://api.example/a%20b.svg"],
    [{ url: "http://api.example/logo.png" }, undefined],
    [{ url: "/logo.png" }, undefined],
    [{ url: "https://user:secret@api.example/logo.png" }, undefined],
    [{ url: "data:image/png;base64,AAAA" }, undefined],
    [{ url: 7 }, undefined],
    ["https://api.example/logo.png", undefined],
  ])("the logo %j", async (logo, want) => {
    const info = { title: "T", version: "1", "x-logo": logo };
    const loaded = await load({ content: JSON.stringify({ openapi: "3.1.0", info, paths: {} }) });
    expect(loaded.ok && loaded.document.logo).toBe(want);
  });

  it("keeps dates as text and never pollutes a prototype", async () => {
    const loaded = await load({ content: "openapi: 3.1.0\nx-date: 2020-01-01\n__proto__: {polluted: yes}\npaths: {}" });
    expect(loaded).toMatchObject({ ok: true, document: { root: { "x-date": "2020-01-01" } } });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("external references", () => {
  const files: Record<string, string> = {
    "https://api.example/v1/openapi.yaml":
      "openapi: 3.1.0\npaths:\n  /a: {$ref: 'paths/a.yaml'}\ncomponents: {schemas: {Local: {type: string}}}",
    "https://api.example/v1/paths/a.yaml":
      "post:\n  requestBody:\n    content: {application/json: {schema: {$ref: '../schemas.yaml#/A'}}}",
    "https://api.example/v1/schemas.yaml":
      "A: {type: object, properties: {b: {$ref: '#/B'}, l: {$ref: 'openapi.yaml#/components/schemas/Local'}}}\nB: {type: integer}",
  };
  const recorder = (extra: Record<string, string> = {}) => {
    const asked: string[] = [];
    const all = { ...files, ...extra };
    return {
      asked,
      fetch: async (url: string) => {
        asked.push(url);
        return new Response(all[url] ?? "no", { status: all[url] === undefined ? 404 : 200 });
      },
    };
  };

  it("are fetched beside the document and made absolute", async () => {
    const { fetch, asked } = recorder();
    const loaded = await load({ url: "https://api.example/v1/openapi.yaml" }, { fetch });
    if (!loaded.ok) throw new Error("refused");
    expect(asked).toHaveLength(3);
    expect(JSON.stringify(loaded.document.files)).toContain("https://api.example/v1/schemas.yaml#/B");
    expect(JSON.stringify(loaded.document.files)).toContain('"#/components/schemas/Local"');
  });

  it.each([
    "file:///etc/passwd",
    "/etc/passwd#/x",
    "http://169.254.169.254/latest",
    "//evil.example/x.yaml",
    "https://other.example/x.yaml",
    "\\\\unc\\share",
  ])("never leave the origin: %s", async (ref) => {
    const root = JSON.stringify({ openapi: "3.1.0", paths: { "/a": { $ref: ref } } });
    const { fetch, asked } = recorder({ "https://api.example/root.json": root });
    const loaded = await load({ url: "https://api.example/root.json" }, { fetch });
    expect(loaded.ok).toBe(true);
    for (const url of asked) expect(new URL(url).origin).toBe("https://api.example");
  });

  it("of pasted text are not fetched", async () => {
    const { fetch, asked } = recorder();
    await load({ content: files["https://api.example/v1/openapi.yaml"] as string }, { fetch });
    expect(asked).toEqual([]);
  });
});
