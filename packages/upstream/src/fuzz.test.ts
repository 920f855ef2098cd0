import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import {
  compileToJson,
  type Dialect,
  type JsonSchema,
  load,
  openCompiled,
  type Tool,
  toDialect,
} from "@portico/openapi";
import { describe, expect, it } from "vitest";
import { buildRequest } from "./request/build-request.ts";
import { shapeResponse } from "./shape/shape-response.ts";
import { cpuTimer } from "./testing.ts";
import { createValidator } from "./validate/validator.ts";

// Documents with random damage, from reading to the finished request: nothing may throw, hang or break a promise.
// FUZZ_MUTANTS says how many (1,000 when absent), FUZZ_SEED where to begin; a failure names its own.

const MUTANTS = Number(process.env.FUZZ_MUTANTS ?? 1_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** A mutant takes about a millisecond; one that takes this long would never end for somebody. */
const MUTANT_MS_MAX = 3_000;
const DOCUMENT_BYTES_MAX = 60_000;
const TOOLS_PER_MUTANT = 4;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Random = () => number;

/** mulberry32: small, fast, and the same everywhere. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

const OWN: Json = {
  openapi: "3.1.0",
  info: { title: "Own", version: "1" },
  servers: [{ url: "https://{region}.example.com/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } }],
  security: [{ key: [] }, { token: ["read"] }],
  paths: {
    "/things/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: {
        operationId: "readThing",
        tags: ["things"],
        parameters: [
          { name: "filter", in: "query", style: "deepObject", explode: true, schema: { type: "object" } },
          { name: "tags", in: "query", style: "pipeDelimited", explode: false, schema: { type: "array", items: {} } },
          { name: "X-Trace", in: "header", schema: { type: "integer", minimum: 1, exclusiveMinimum: 0 } },
          { name: "session", in: "cookie", schema: { type: "string" } },
          { $ref: "#/components/parameters/Limit" },
        ],
        responses: {
          200: {
            description: "ok",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
          },
        },
      },
      put: {
        requestBody: {
          required: true,
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                properties: {
                  file: { type: "string", format: "binary" },
                  meta: { $ref: "#/components/schemas/Thing" },
                },
              },
              encoding: { meta: { contentType: "application/json" } },
            },
            "application/xml": { schema: { $ref: "#/components/schemas/Thing" } },
          },
        },
        responses: { default: { description: "any" } },
      },
    },
  },
  components: {
    parameters: { Limit: { name: "limit", in: "query", schema: { type: "integer", maximum: 100, default: 10 } } },
    securitySchemes: { key: { type: "apiKey", in: "query", name: "key" }, token: { type: "oauth2", flows: {} } },
    schemas: {
      Thing: {
        type: "object",
        required: ["name"],
        properties: {
          id: { type: "string", readOnly: true },
          name: { type: ["string", "null"], pattern: "^[a-z]+$", enum: ["a", null] },
          parent: { $ref: "#/components/schemas/Thing" },
          any: {
            oneOf: [{ type: "string" }, { $ref: "#/components/schemas/Thing" }],
            discriminator: { propertyName: "name" },
          },
        },
        allOf: [{ type: "object", properties: { extra: { type: "array", items: { type: "number" } } } }],
      },
    },
  },
};

async function seeds(): Promise<Json[]> {
  const corpus = path.resolve(import.meta.dirname, "../../../../shared/corpus/dev");
  if (!existsSync(corpus)) {
    console.log("fuzz.test.ts: only our own document, there is no ../shared/corpus");
    return [OWN];
  }
  const files = readdirSync(corpus)
    .map((name) => path.join(corpus, name))
    .filter((file) => /\.(json|ya?ml)$/.test(file) && statSync(file).size <= DOCUMENT_BYTES_MAX)
    .sort();
  const documents = await Promise.all(files.map((file) => load({ content: readFileSync(file) })));
  return [OWN, ...documents.flatMap((loaded) => (loaded.ok ? [loaded.document.root as Json] : []))];
}

const ODD: Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  1.5,
  "",
  " ",
  "null",
  "\u0000",
  "\u202e\u{e0041}",
  "x".repeat(5_000),
  "__proto__",
  "constructor",
  "../..",
  "{id}",
  "{{id}}",
  "{",
  "%2e%2e",
  "https://evil.example/",
  "#/components/schemas/Thing",
  "#",
  "#/",
  "file:///etc/passwd",
  "application/json",
  "multipart/form-data",
  "*/*",
  "a/b; c=d\r\nX: 1",
  "array",
  "object",
  "query",
  "path",
  "deepObject",
  [],
  {},
  [[]],
  [null],
  [{}],
  { $ref: "#" },
  { $ref: "#/paths" },
  { $ref: 5 },
  { type: "object" },
  { type: ["string", 3] },
];
const KEYS = [
  "$ref",
  "type",
  "properties",
  "items",
  "enum",
  "required",
  "allOf",
  "oneOf",
  "schema",
  "content",
  "parameters",
  "in",
  "name",
  "style",
  "explode",
  "servers",
  "security",
  "requestBody",
  "responses",
  "operationId",
  "get",
  "additionalProperties",
  "x-mcp",
  "__proto__",
  "constructor",
  "default",
  "nullable",
  "discriminator",
  "$defs",
  "$id",
  "$anchor",
  "encoding",
  "200",
  "schemes",
];

/** Every object and array of a document. */
function containers(root: Json): (Json[] | { [key: string]: Json })[] {
  const found: (Json[] | { [key: string]: Json })[] = [];
  const stack: Json[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === null || typeof node !== "object") continue;
    found.push(node);
    for (const value of Object.values(node)) stack.push(value);
  }
  return found;
}

function put(holder: Json[] | { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** One to six changes at random places: gone, odd, doubled, renamed, wrapped, or another part of the same document. */
function mutate(document: Json, random: Random): Json {
  const mutant = structuredClone(document);
  const places = containers(mutant);
  for (let change = 1 + Math.floor(random() * 6); change > 0; change--) {
    const holder = pick(random, places);
    const keys = Object.keys(holder);
    const key = keys.length === 0 ? "0" : pick(random, keys);
    const old = (holder as { [key: string]: Json })[key] ?? null;
    switch (Math.floor(random() * 7)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case 1:
        put(holder, key, structuredClone(pick(random, ODD)));
        break;
      case 2:
        put(holder, key, structuredClone(pick(random, places)));
        break;
      case 3:
        if (!Array.isArray(holder)) put(holder, pick(random, KEYS), old);
        break;
      case 4:
        put(holder, key, random() < 0.5 ? [old] : { [pick(random, KEYS)]: old });
        break;
      case 5:
        if (typeof old === "string")
          put(
            holder,
            key,
            old.slice(0, Math.floor(random() * old.length)) + pick(random, ["", "{", "é", "\ud800", "\n"]),
          );
        else put(holder, key, String(old));
        break;
      default:
        put(holder, pick(random, KEYS), structuredClone(pick(random, ODD)));
    }
  }
  return mutant;
}

/** Some value for a schema, fitting or not. */
function argumentFor(schema: unknown, random: Random, depth = 0): Json {
  const odd = () => structuredClone(pick(random, ODD));
  if (schema === null || typeof schema !== "object" || depth > 4 || random() < 0.15) return odd();
  const { type, enum: choices, properties, items } = schema as JsonSchema;
  if (Array.isArray(choices) && choices.length > 0) return pick(random, choices) as Json;
  const kind = Array.isArray(type) ? pick(random, type) : type;
  if (kind === "string") return pick(random, ["a", "", "é/ü?#", "..", "data:text/plain;base64,YQ==", "1"]);
  if (kind === "integer" || kind === "number") return pick(random, [0, 1, -1, 42]);
  if (kind === "boolean") return random() < 0.5;
  if (kind === "array") return [argumentFor(items, random, depth + 1)];
  if (kind === "object" || properties !== undefined)
    return Object.fromEntries(
      Object.entries((properties ?? {}) as JsonSchema).map(([name, property]) => [
        name,
        argumentFor(property, random, depth + 1),
      ]),
    );
  return odd();
}

const DIALECTS: Dialect[] = ["full", "safe", "openai-strict", "gemini"];
const ANSWERS = ['{"a":1}', "[1,2]", "<a>1</a>", "a,b\n1,2", "", "not json", "\u0000\u0001"];

function exercise(tool: Tool, random: Random): void {
  const validate = createValidator();
  for (const dialect of DIALECTS) {
    const shown = toDialect(tool.inputSchema, dialect);
    expect(shown.type).toBe("object");
    JSON.stringify(shown);
  }
  const properties = Object.entries(tool.inputSchema.properties as JsonSchema);
  for (const [name] of properties) expect(name).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
  const given = Object.fromEntries(properties.map(([name, schema]) => [name, argumentFor(schema, random)]));
  for (const args of [{}, given]) {
    const checked = validate("tool", tool.inputSchema, args, pick(random, DIALECTS));
    const built = buildRequest(tool, checked.ok ? checked.args : args, { credentials: {} });
    if (!built.ok) {
      expect(built.problems[0]?.message).toBeTruthy();
      continue;
    }
    const { url, headers, method } = built.request;
    expect(new URL(url).protocol).toMatch(/^https?:$/);
    expect(method).toMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
    for (const [name, value] of headers) expect(`${name}: ${value}`).toMatch(/^[\t\x20-\x7e]+$/);
  }
  const body = new TextEncoder().encode(pick(random, ANSWERS));
  const headers = {
    "content-type": pick(random, ["application/json", "text/html", "text/csv", "application/xml", "x"]),
  };
  const status = pick(random, [200, 204, 404, 500]);
  shapeResponse(tool, {
    status,
    headers,
    body,
    truncated: random() < 0.1,
    bytes: body.length,
    url: "https://a.example/",
    durationMs: 1,
  });
}

describe("damaged documents", () => {
  it(`${MUTANTS} of them break nothing`, { timeout: 600_000 }, async () => {
    const documents = await seeds();
    let served = 0;
    for (let index = 0; index < MUTANTS; index++) {
      const seed = SEED + index;
      const random = randomFrom(seed);
      const mutant = mutate(documents[seed % documents.length] as Json, random);
      const taken = cpuTimer();
      try {
        const loaded = await load({ content: JSON.stringify(mutant) });
        if (!loaded.ok) {
          expect(loaded.diagnostics[0]?.message).toBeTruthy();
          continue;
        }
        const { operations, tools } = openCompiled(compileToJson(loaded.document).chunks);
        served++;
        for (const { status, reasons } of operations) expect(status === "ok" || reasons.length > 0).toBe(true);
        const names = tools.map(({ name }) => name.toLowerCase());
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[a-z0-9_-]{1,64}$/);
        for (let count = Math.min(tools.length, TOOLS_PER_MUTANT); count > 0; count--)
          exercise(pick(random, tools), random);
        expect(taken()).toBeLessThan(MUTANT_MS_MAX);
      } catch (error) {
        throw new Error(`It was FUZZ_SEED=${seed} FUZZ_MUTANTS=1`, { cause: error });
      }
    }
    // Otherwise the damage would only test the front door.
    expect(served).toBeGreaterThanOrEqual(Math.floor(MUTANTS / 2));
  });
});
