import type { BodyPlan, CallPlan } from "@portico/openapi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterOf, planOf } from "../testing.ts";
import type { Target } from "../types.ts";
import { buildRequest } from "./build-request.ts";

const NOWHERE: Target = { credentials: {} };
const build = (plan: Partial<CallPlan>, args: Record<string, unknown>, target: Partial<Target> = {}) =>
  buildRequest({ plan: planOf(plan), inputSchema: {}, name: "t" }, args, { ...NOWHERE, ...target });
const sent = (...given: Parameters<typeof build>) => {
  const built = build(...given);
  if (!built.ok) throw new Error(built.problems[0]?.message);
  return built.request;
};
const header = (request: { headers: [string, string][] }, name: string) =>
  request.headers.find(([key]) => key === name)?.[1];

describe("path", () => {
  const path = (value: unknown, style = {}) =>
    sent(
      {
        path: [{ literal: "/p/" }, { parameter: "a" }],
        parameters: [parameterOf({ in: "path", style: "simple", explode: false, ...style })],
      },
      { a: value },
    ).url.replace("https://api.example/v1", "");
  it.each([
    ["a b/c?d#e", {}, "/p/a%20b%2Fc%3Fd%23e"],
    ["%2e%2e", {}, "/p/%252e%252e"],
    [["a", "b,c"], {}, "/p/a,b%2Cc"],
    [{ x: 1, y: 2 }, {}, "/p/x,1,y,2"],
    [{ x: 1, y: 2 }, { explode: true }, "/p/x=1,y=2"],
    ["v", { style: "label" }, "/p/.v"],
    [["a", "b"], { style: "label", explode: true }, "/p/.a.b"],
    [{ x: 1 }, { style: "label", explode: true }, "/p/.x=1"],
    ["v", { style: "matrix" }, "/p/;a=v"],
    [["x", "y"], { style: "matrix" }, "/p/;a=x,y"],
    [["x", "y"], { style: "matrix", explode: true }, "/p/;a=x;a=y"],
    [{ x: 1, y: 2 }, { style: "matrix", explode: true }, "/p/;x=1;y=2"],
    [{ x: 1 }, { contentType: "application/json" }, "/p/%7B%22x%22%3A1%7D"],
  ])("%j %j", (value, style, want) => expect(path(value, style)).toBe(want));

  it.each(["..", ".", "", null, [], "a\r\nb", "a\u0000", undefined])("refuses %j", (value) => {
    expect(
      build(
        { path: [{ literal: "/p/" }, { parameter: "a" }], parameters: [parameterOf({ in: "path", style: "simple" })] },
        { a: value },
      ),
    ).toMatchObject({ ok: false, problems: [{ argument: "a" }] });
  });

  it("refuses dots that two parameters make together", () => {
    const parameters = ["a", "b"].map((name) => parameterOf({ argument: name, name, in: "path", style: "simple" }));
    expect(
      build(
        { path: [{ literal: "/p/" }, { parameter: "a" }, { parameter: "b" }, { literal: "/x" }], parameters },
        { a: ".", b: "." },
      ).ok,
    ).toBe(false);
  });

  it("never lets a value leave its segment", () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        "..",
        "../..",
        "..%2f",
        "%2e%2e",
        "..\\..",
        "//evil",
        "a/../..",
        ".%2e",
        "．．",
        "?x",
        "#x",
        ";a",
        "\t",
        "@evil",
      ),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(hostile, hostile, (first, last) => {
        const parameters = ["a", "b"].map((name) => parameterOf({ argument: name, name, in: "path", style: "simple" }));
        const built = build(
          { path: [{ literal: "/u/" }, { parameter: "a" }, { literal: "/f/" }, { parameter: "b" }], parameters },
          { a: first, b: last },
        );
        if (built.ok)
          expect(new URL(built.request.url).href).toMatch(/^https:\/\/api\.example\/v1\/u\/[^/?#]+\/f\/[^/?#]+$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("headers and cookies", () => {
  const at = (place: "header" | "cookie", value: unknown, style = {}) =>
    sent(
      {
        parameters: [
          parameterOf({
            in: place,
            name: "x",
            style: place === "header" ? "simple" : "form",
            explode: false,
            ...style,
          }),
        ],
      },
      { a: value },
    );
  it.each([
    [["a", "b"], {}, "a,b"],
    [{ k: 1, l: 2 }, {}, "k,1,l,2"],
    [{ k: 1, l: 2 }, { explode: true }, "k=1,l=2"],
    [{ k: "é" }, { contentType: "application/json" }, '{"k":"\\u00e9"}'],
    [0, {}, "0"],
    ["", {}, ""],
  ])("header %j %j", (value, style, want) => expect(header(at("header", value, style), "x")).toBe(want));

  it.each(["a\r\nX-Evil: 1", "a\nb", "a\u0000", "嘊嘍", "é"])("refuses the header %j", (value) => {
    expect(() => at("header", value)).toThrow(/visible ASCII/);
  });

  it.each([
    ["v; admin=1", {}, "x=v%3B%20admin%3D1"],
    [["a", "b"], {}, "x=a,b"],
    [["a", "b"], { explode: true }, "x=a; x=b"],
    [{ k: 1, l: 2 }, { explode: true }, "k=1; l=2"],
    ["a/b:c", { style: "cookie" }, "x=a/b:c"],
  ])("cookie %j %j", (value, style, want) => expect(header(at("cookie", value, style), "cookie")).toBe(want));

  it("refuses a raw cookie that would end", () =>
    expect(() => at("cookie", "v; admin=1", { style: "cookie" })).toThrow(/cookie/));
});

describe("base URL", () => {
  const base = (url: string, variables = {}) => ({ baseUrls: [{ url, variables }] });
  it.each<[string, Partial<CallPlan>, Partial<Target>, string]>([
    ["the document's", {}, {}, "https://api.example/v1/things"],
    [
      "the target's, with its path",
      {},
      { baseUrl: "https://other.example/base/" },
      "https://other.example/base/things",
    ],
    [
      "relative to the document",
      base("../v2"),
      { documentUrl: "https://d.example/spec/v1/openapi.json" },
      "https://d.example/spec/v2/things",
    ],
    [
      "the root of the document's host",
      base("/"),
      { documentUrl: "https://d.example/spec/openapi.json" },
      "https://d.example/things",
    ],
    [
      "a default",
      base("https://{h}.example/{v}", { h: { default: "a" }, v: { default: "v9" } }),
      {},
      "https://a.example/v9/things",
    ],
    [
      "a chosen variable",
      base("https://{h}.example", { h: { default: "a", enum: ["a", "b"] } }),
      { variables: { h: "b" } },
      "https://b.example/things",
    ],
    [
      "the first that is http",
      {
        baseUrls: [
          { url: "wss://x", variables: {} },
          { url: "https://y.example", variables: {} },
        ],
      },
      {},
      "https://y.example/things",
    ],
  ])("%s", (_name, plan, target, want) => expect(sent(plan, {}, target).url).toBe(want));

  it.each<[string, Partial<CallPlan>, Partial<Target>]>([
    [
      "a value outside the choices",
      base("https://{h}.example", { h: { default: "a", enum: ["a"] } }),
      { variables: { h: "evil" } },
    ],
    [
      "another host in a variable",
      base("https://{h}.example", { h: { default: "a" } }),
      { variables: { h: "evil.com/?" } },
    ],
    ["a user in a variable", base("https://{h}.example", { h: { default: "a" } }), { variables: { h: "evil@x" } }],
    ["dots in a variable", base("https://a.example/{v}/x", { v: { default: "a" } }), { variables: { v: "../.." } }],
    ["no host at all", base("/"), {}],
    ["file", base("file:///etc"), {}],
    ["a password", base("https://u:p@a.example"), {}],
  ])("refuses %s", (_name, plan, target) => expect(build(plan, {}, target).ok).toBe(false));
});

describe("body", () => {
  const body = (plan: Partial<BodyPlan>, args: Record<string, unknown>) => {
    const flat = Object.keys(args).map((name) => ({ argument: name, name }));
    const request = sent(
      {
        method: "POST",
        body: { contentType: "application/json", required: true, mapping: { kind: "flat", properties: flat }, ...plan },
      },
      args,
    );
    return { type: header(request, "content-type"), text: Buffer.from(request.body ?? "").toString() };
  };
  const whole = { mapping: { kind: "whole", argument: "body" } } as const;
  it.each<[string, Partial<BodyPlan>, Record<string, unknown>, string | undefined, string]>([
    ["JSON", {}, { a: null, b: 0, c: "" }, "application/json", '{"a":null,"b":0,"c":""}'],
    ["a JSON scalar", whole, { body: "x" }, "application/json", '"x"'],
    ["nothing given, required", {}, {}, "application/json", "{}"],
    ["nothing given, optional", { required: false }, {}, undefined, ""],
    [
      "merge patch",
      { contentType: "application/merge-patch+json" },
      { a: null },
      "application/merge-patch+json",
      '{"a":null}',
    ],
    ["any type", { ...whole, contentType: "*/*" }, { body: { a: 1 } }, "application/json", '{"a":1}'],
    ["text", { ...whole, contentType: "text/plain" }, { body: "a\nb" }, "text/plain", "a\nb"],
    [
      "base64",
      { ...whole, contentType: "application/octet-stream", binary: true },
      { body: "aGVsbG8=" },
      "application/octet-stream",
      "hello",
    ],
    [
      "a data URI",
      { ...whole, contentType: "image/*", binary: true },
      { body: "data:image/gif;base64,aGVsbG8=" },
      "image/gif",
      "hello",
    ],
    [
      "JSON lines",
      { ...whole, contentType: "application/jsonl" },
      { body: [{ a: 1 }, 2] },
      "application/jsonl",
      '{"a":1}\n2\n',
    ],
    [
      "a form",
      { contentType: "application/x-www-form-urlencoded" },
      { a: "x y", b: [1, 2], c: { d: 1 } },
      "application/x-www-form-urlencoded",
      "a=x%20y&b=1&b=2&c=%7B%22d%22%3A1%7D",
    ],
    [
      "a form with styles",
      {
        contentType: "application/x-www-form-urlencoded",
        encoding: { a: { style: "deepObject", explode: true }, b: { explode: false } },
      },
      { a: { k: 1 }, b: [1, 2] },
      "application/x-www-form-urlencoded",
      "a%5Bk%5D=1&b=1,2",
    ],
    [
      "XML",
      {
        contentType: "application/xml",
        xml: {
          name: "pet",
          properties: { id: { nodeType: "attribute" }, tags: { wrapped: true, items: { name: "tag" } } },
        },
      },
      { id: 1, tags: ["a", "<b>"], n: null },
      "application/xml",
      '<?xml version="1.0" encoding="UTF-8"?><pet id="1"><tags><tag>a</tag><tag>&lt;b&gt;</tag></tags></pet>',
    ],
  ])("%s", (_name, plan, args, type, text) => expect(body(plan, args)).toEqual({ type, text }));

  it("multipart: files, lists, objects, and no way out of a header", () => {
    const { type, text } = body(
      {
        contentType: "multipart/form-data",
        binaryProperties: ["file"],
        encoding: { meta: { contentType: "application/json" } },
      },
      {
        file: 'data:text/csv;name=..%2F..%2Fx".csv;base64,YSxi',
        tags: ["a", "b"],
        meta: { k: 1 },
        'evil"\r\nX: 1': "v",
      },
    );
    const boundary = /boundary=(.+)$/.exec(type ?? "")?.[1] ?? "?";
    const parts = text
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => part.trim());
    expect(parts).toEqual([
      'Content-Disposition: form-data; name="file"; filename="x%22.csv"\r\nContent-Type: text/csv\r\n\r\na,b',
      'Content-Disposition: form-data; name="tags"\r\n\r\na',
      'Content-Disposition: form-data; name="tags"\r\n\r\nb',
      'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"k":1}',
      'Content-Disposition: form-data; name="evil%22%0D%0AX: 1"\r\n\r\nv',
    ]);
  });

  it("multipart: fixed headers of a part, and a list by position", () => {
    const partsOf = ({ type, text }: { type: string | undefined; text: string }) => {
      const boundary = /boundary=(.+)$/.exec(type ?? "")?.[1] ?? "?";
      return text
        .split(`--${boundary}\r\n`)
        .slice(1)
        .map((part) => part.replace(new RegExp(`\\r\\n(--${boundary}--\\r\\n)?$`), ""));
    };
    const form = body(
      { contentType: "multipart/form-data", encoding: { a: { headers: [["X-Kind", "small"]] } } },
      { a: "1" },
    );
    expect(partsOf(form)).toEqual(['Content-Disposition: form-data; name="a"\r\nX-Kind: small\r\n\r\n1']);
    const list = body(
      {
        ...whole,
        contentType: "multipart/mixed",
        items: { prefix: [{ contentType: "application/json" }], other: { contentType: "image/png" }, binary: true },
      },
      { body: [{ k: 1 }, "aGVsbG8=", "data:text/csv;name=x.csv;base64,YSxi"] },
    );
    expect(list.type).toMatch(/^multipart\/mixed; boundary=/);
    expect(partsOf(list)).toEqual([
      'Content-Type: application/json\r\n\r\n{"k":1}',
      "Content-Type: image/png\r\n\r\nhello",
      'Content-Disposition: attachment; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\na,b',
    ]);
  });
});

describe("security", () => {
  const scheme = (name: string, parts = {}) => ({
    scheme: { name, type: "apiKey", in: "header", parameterName: `x-${name}`, ...parts } as const,
    scopes: [],
  });
  const a = scheme("a");
  const b = scheme("b", { in: "query", parameterName: "b key" });
  const c = scheme("c", { type: "basic" });
  const key = (value: string) => ({ type: "apiKey", value }) as const;
  it.each<[string, CallPlan["security"], Target["credentials"], Record<string, string | undefined>, string[]]>([
    ["the first alternative with all credentials", [[a, b], [a]], { a: key("A") }, { "x-a": "A" }, []],
    ["all of an alternative", [[a, b]], { a: key("A"), b: key("B&") }, { "x-a": "A", "": "?b%20key=B%26" }, []],
    ["nothing of a partial match", [[a, b]], { a: key("A") }, { "x-a": undefined }, ["b"]],
    ["without, when that is allowed", [[a], []], {}, { "x-a": undefined }, []],
    ["basic", [[c]], { c: { type: "basic", username: "u", password: "p:w" } }, { authorization: "Basic dTpwOnc=" }, []],
    ["a token for an API key", [[a]], { a: { type: "bearer", token: "T" } }, { "x-a": "T" }, []],
    ["no credentials without a requirement", [], { a: key("A") }, { "x-a": undefined }, []],
  ])("%s", (_name, security, credentials, want, missing) => {
    const request = sent({ security }, {}, { credentials });
    for (const [name, value] of Object.entries(want))
      expect(name === "" ? new URL(request.url).search : header(request, name)).toBe(value);
    expect(request.missingCredentials).toEqual(missing);
  });

  it("refuses a credential that would start another header, without repeating it", () => {
    const built = build({ security: [[a]] }, {}, { credentials: { a: key("k\r\nX: 1") } });
    expect(built.ok).toBe(false);
    expect(JSON.stringify(built)).not.toContain("X: 1");
  });

  it("takes placeholders in arguments literally", () => {
    const request = sent(
      { security: [[a]], parameters: [parameterOf({})] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder is what must not be filled.
      { a: "${A} {{a}} $env:A" },
      { credentials: { a: key("SECRET") } },
    );
    expect(request.url).not.toContain("SECRET");
  });
});

it("uses no argument that is not in the plan", () => {
  expect(sent({ parameters: [parameterOf({})] }, { a: 1, evil: 2, __proto__: { x: 1 } }).url).toBe(
    "https://api.example/v1/things?a=1",
  );
});
