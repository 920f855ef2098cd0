import { compile, load } from "@portico/openapi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildRequest } from "./request/build-request.ts";
import type { UpstreamRequest } from "./types.ts";

// What goes in through a tool comes out of a decoder that knows nothing of ours: written from the tables of the
// OpenAPI Specification (Parameter Object, "Style Examples"), and the platform's own for bodies.

interface Case {
  in: "path" | "query" | "header" | "cookie";
  style: string;
  explode: boolean;
  kind: "scalar" | "array" | "object";
}

const CASES: Case[] = [
  ...["simple", "label", "matrix"].flatMap((style) => both("path", style, ["scalar", "array", "object"])),
  ...both("query", "form", ["scalar", "array", "object"]),
  ...both("query", "pipeDelimited", ["array"]),
  ...both("query", "spaceDelimited", ["array"]),
  { in: "query", style: "deepObject", explode: true, kind: "object" },
  ...both("header", "simple", ["scalar", "array", "object"]),
  { in: "cookie", style: "form", explode: true, kind: "scalar" },
];

function both(place: Case["in"], style: string, kinds: Case["kind"][]): Case[] {
  return kinds.flatMap((kind) => [true, false].map((explode): Case => ({ in: place, style, explode, kind })));
}

async function toolOf(operation: object, path = "/things") {
  const loaded = await load({
    content: JSON.stringify({
      openapi: "3.1.0",
      info: { title: "t", version: "1" },
      servers: [{ url: "https://api.example/v1" }],
      paths: { [path]: { post: { responses: {}, ...operation } } },
    }),
  });
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
  const [tool] = compile(loaded.document).tools;
  if (!tool) throw new Error("no tool");
  return tool;
}

function requestOf(tool: Awaited<ReturnType<typeof toolOf>>, args: Record<string, unknown>): UpstreamRequest {
  const built = buildRequest(tool, args, { credentials: {} });
  if (!built.ok) throw new Error(built.problems[0]?.message);
  return built.request;
}

const KEYS = ["alpha", "beta", "gamma"];
/** Characters that the style itself gives a meaning to and that nothing can escape there. */
const ambiguous = ({ in: place, style }: Case) =>
  ({
    header: /[^!-+\--<>-~]/g,
    cookie: /[^!#-+\--:<-~]/g,
    query: style === "pipeDelimited" ? /\|/g : style === "spaceDelimited" ? / /g : /(?!)/g,
    // Control characters are refused; a label's own dot ends a value.
    path: style === "label" ? /[.\p{Cc}]/gu : /\p{Cc}/gu,
  })[place];

const textFor = (one: Case) =>
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .map((text) => text.replace(ambiguous(one), "x"))
    .filter((text) => text !== "" && text.trim() === text && !/^\.{1,2}$/.test(text));

function valueFor(one: Case): fc.Arbitrary<string | string[] | Record<string, string>> {
  const text = textFor(one);
  if (one.kind === "scalar") return text;
  if (one.kind === "array") return fc.array(text, { minLength: 1, maxLength: 4 });
  return fc.dictionary(fc.constantFrom(...KEYS), text, { minKeys: 1 }).map((object) => ({ ...object }));
}

const pairsOf = (flat: string[]) =>
  Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]));
const decoded = (parts: string[]) => parts.map(decodeURIComponent);
const keyed = (parts: string[]) => Object.fromEntries(parts.map((part) => decoded(split(part, "=", 2))));
function split(text: string, by: string, most = Number.POSITIVE_INFINITY): string[] {
  const parts = text.split(by);
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
}

/** By the table of the specification; `raw` is what stands in the parameter's place, still encoded. */
function decode(one: Case, raw: string): unknown {
  const { style, explode, kind } = one;
  if (style === "simple") {
    const plain = one.in === "header" ? (parts: string[]) => parts : decoded;
    if (kind === "scalar") return plain([raw])[0];
    const parts = raw.split(",");
    if (kind === "array") return plain(parts);
    return explode ? Object.fromEntries(parts.map((part) => plain(split(part, "=", 2)))) : pairsOf(plain(parts));
  }
  if (style === "label") {
    expect(raw.startsWith(".")).toBe(true);
    const parts = raw.slice(1).split(explode ? "." : ",");
    if (kind === "scalar") return decodeURIComponent(raw.slice(1));
    if (kind === "array") return decoded(parts);
    return explode ? keyed(parts) : pairsOf(decoded(parts));
  }
  if (style === "matrix") {
    expect(raw.startsWith(";")).toBe(true);
    const parts = raw.slice(1).split(";");
    if (explode && kind === "object") return keyed(parts);
    const values = parts.map((part) => {
      const [name, value] = split(part, "=", 2);
      expect(name).toBe("p");
      return value ?? "";
    });
    if (kind === "scalar") return decodeURIComponent(values[0] ?? "");
    const flat = decoded(explode ? values : (values[0] ?? "").split(","));
    return kind === "array" ? flat : pairsOf(flat);
  }
  return decodeQuery(one, raw);
}

function decodeQuery({ style, explode, kind }: Case, raw: string): unknown {
  const pairs = raw.split("&").map((pair) => split(pair, "=", 2));
  const named = pairs.filter(([name]) => name === "p").map(([, value]) => value ?? "");
  if (style === "deepObject")
    return Object.fromEntries(
      pairs.map(([name = "", value = ""]) => [
        /^p\[(.+)\]$/.exec(decodeURIComponent(name))?.[1],
        decodeURIComponent(value),
      ]),
    );
  if (kind === "scalar") return decodeURIComponent(named[0] ?? "");
  if (kind === "object") return explode ? keyed(raw.split("&")) : pairsOf(decoded((named[0] ?? "").split(",")));
  if (explode) return decoded(named);
  const delimiter = style === "pipeDelimited" ? "%7C" : style === "spaceDelimited" ? "%20" : ",";
  return decoded((named[0] ?? "").split(delimiter));
}

function rawOf(one: Case, request: UpstreamRequest): string {
  const { pathname, search } = new URL(request.url);
  if (one.in === "path") return pathname.slice("/v1/things/".length);
  if (one.in === "query") return search.slice(1);
  const header = request.headers.find(([name]) => name.toLowerCase() === (one.in === "cookie" ? "cookie" : "p"));
  return header?.[1] ?? "";
}

const schemaOf = ({ kind }: Case) =>
  kind === "scalar"
    ? { type: "string" }
    : kind === "array"
      ? { type: "array", items: { type: "string" } }
      : { type: "object", additionalProperties: { type: "string" } };

describe("parameters", () => {
  it.each(CASES)("in $in as $style explode=$explode: a $kind", async (one) => {
    const { in: place, style, explode } = one;
    const parameter = { name: "p", in: place, style, explode, required: true, schema: schemaOf(one) };
    const tool = await toolOf({ parameters: [parameter] }, place === "path" ? "/things/{p}" : "/things");
    fc.assert(
      fc.property(valueFor(one), (value) => {
        expect(decode(one, rawOf(one, requestOf(tool, { p: value })))).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });
});

const propertyNames = fc.constantFrom("a", "b-c", "d.e", "f_g");
const json = fc.jsonValue({ maxDepth: 4 });

describe("bodies", () => {
  const withBody = (contentType: string, schema: object, encoding: object = {}) =>
    toolOf({ requestBody: { required: true, content: { [contentType]: { schema, encoding } } } });
  const properties = (schema: object) => ({
    type: "object",
    properties: Object.fromEntries(["a", "b-c", "d.e", "f_g"].map((name) => [name, schema])),
  });

  it("JSON of any shape", async () => {
    const tool = await withBody("application/json", {});
    fc.assert(
      fc.property(json, (body) => {
        const request = requestOf(tool, { body });
        // -0 has no JSON of its own (RFC 8259 §6).
        expect(JSON.parse(String(request.body))).toEqual(JSON.parse(JSON.stringify(body)));
      }),
    );
  });

  it("JSON properties beside each other", async () => {
    const tool = await withBody("application/json", properties({}));
    fc.assert(
      fc.property(fc.dictionary(propertyNames, json), (body) => {
        expect(JSON.parse(String(requestOf(tool, body).body))).toEqual(JSON.parse(JSON.stringify(body)));
      }),
    );
  });

  it("forms, read by the platform", async () => {
    const tool = await withBody("application/x-www-form-urlencoded", properties({ type: "string" }));
    const text = fc.string({ unit: "binary" }).map((value) => value.toWellFormed());
    fc.assert(
      fc.property(fc.dictionary(propertyNames, text, { minKeys: 1 }), (body) => {
        expect(Object.fromEntries(new URLSearchParams(String(requestOf(tool, body).body)))).toEqual({ ...body });
      }),
    );
  });

  it("multipart with text and files, read by the platform", async () => {
    const tool = await withBody("multipart/form-data", {
      type: "object",
      properties: {
        text: { type: "string" },
        list: { type: "array", items: { type: "string" } },
        file: { type: "string", format: "binary" },
      },
    });
    const line = fc.string({ unit: "grapheme" }).map((value) => value.toWellFormed());
    await fc.assert(
      fc.asyncProperty(line, fc.array(line, { minLength: 1 }), fc.uint8Array(), async (text, list, bytes) => {
        const file = `data:application/octet-stream;base64,${Buffer.from(bytes).toString("base64")}`;
        const request = requestOf(tool, { text, list, file });
        const contentType = request.headers.find(([name]) => name === "content-type")?.[1] ?? "";
        const form = await new Response(new Uint8Array(request.body as Uint8Array), {
          headers: { "content-type": contentType },
        }).formData();
        expect(form.get("text")).toBe(text);
        expect(form.getAll("list")).toEqual(list);
        expect(new Uint8Array(await (form.get("file") as File).arrayBuffer())).toEqual(bytes);
      }),
    );
  });
});
