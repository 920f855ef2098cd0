import { type Context, createContext } from "./context.ts";
import { asArray, asObject, getOwn, isObject, setOwn } from "./json.ts";
import { findOperations } from "./operations.ts";
import { isJsonType } from "./transform/media-type.ts";
import type { Document, JsonObject } from "./types.ts";

/** An answer that the API might give. */
export interface ExampleAnswer {
  status: number;
  contentType: string;
  body: string;
  /** `document`: its author wrote it; `schema`: made up of what the document says of each field. */
  from: "document" | "schema";
}

/** Items of a list that is made up. */
const ITEMS = 2;
const DEPTH_MAX = 8;
/** Values of an example that is made up; what a schema names beyond is left out. */
const VALUES_MAX = 2_000;

/**
 * What a successful answer of an operation looks like: the document's own example where it has one, otherwise values made up of its schema,
 * the same each time. Undefined for an operation that it does not have, or of whose answer it says nothing.
 */
export function exampleAnswer(
  document: Pick<Document, "root" | "files" | "format">,
  operation: string,
): ExampleAnswer | undefined {
  const context = createContext({ ...document, title: "", version: "", syntax: "json", diagnostics: [] }, () => {});
  const found = findOperations(context).find(({ key }) => key === operation);
  if (!found) return undefined;
  const [code, raw] = successOf(asObject(found.raw.responses)) ?? [];
  if (code === undefined) return undefined;
  const status = Number(code) || 200;
  const response = asObject(context.resolve(raw));
  const media: Media[] = context.isSwagger2
    ? swagger2Media(context, found.raw, response)
    : Object.entries(asObject(response.content)).map(([type, one]) => ({ type, ...asObject(context.resolve(one)) }));
  const chosen = media.find(({ type }) => isJsonType(type)) ?? media[0];
  if (!chosen) return { status, contentType: "", body: "", from: "document" };
  const contentType = chosen.type.includes("*") ? "application/json" : chosen.type;
  const given = givenExample(context, chosen);
  if (given !== undefined) return { status, contentType, body: bodyOf(given, contentType), from: "document" };
  if (!isObject(context.resolve(chosen.schema))) return undefined;
  const value = createMaker(context)(chosen.schema);
  return value === undefined ? undefined : { status, contentType, body: bodyOf(value, contentType), from: "schema" };
}

function successOf(responses: JsonObject): [string, unknown] | undefined {
  const codes = Object.entries(responses);
  return (
    codes.find(([code]) => code === "200") ??
    codes.find(([code]) => /^2/.test(code)) ??
    codes.find(([code]) => code === "default")
  );
}

interface Media extends JsonObject {
  type: string;
}

function swagger2Media(context: Context, operation: JsonObject, response: JsonObject): Media[] {
  const produces = asArray(operation.produces ?? context.document.root.produces);
  const types = produces.filter((type) => typeof type === "string");
  const examples = asObject(response.examples);
  if (!response.schema && Object.keys(examples).length === 0) return [];
  return (types.length > 0 ? types : ["application/json"]).map((type) => ({
    type,
    schema: response.schema,
    ...(Object.hasOwn(examples, type) ? { example: examples[type] } : {}),
  }));
}

function givenExample(context: Context, { example, examples, schema }: Media): unknown {
  if (example !== undefined) return example;
  for (const one of Object.values(asObject(examples))) {
    const resolved = asObject(context.resolve(one));
    // OpenAPI 3.2 has two more.
    const value = resolved.value ?? resolved.dataValue ?? resolved.serializedValue;
    if (value !== undefined) return value;
  }
  return ownExample(asObject(context.resolve(schema)));
}

/** What a schema itself gives as an example. */
function ownExample(schema: JsonObject): unknown {
  return schema.example ?? asArray(schema.examples)[0];
}

function bodyOf(value: unknown, contentType: string): string {
  return typeof value === "string" && !isJsonType(contentType) ? value : asJson(value);
}

/** Authors write JSON as text as well. */
function asJson(value: unknown): string {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      JSON.parse(value);
      return value;
    } catch {
      // A text that only looks like it.
    }
  }
  return JSON.stringify(value);
}

const FORMATS: Record<string, string> = {
  date: "2026-05-17",
  "date-time": "2026-05-17T09:30:00Z",
  time: "09:30:00Z",
  email: "ada@example.com",
  uuid: "3f2b8c1e-5d47-4a90-9b6e-1c2d3e4f5a6b",
  uri: "https://example.com/",
  url: "https://example.com/",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  byte: "ZXhhbXBsZQ==",
  duration: "P1D",
};

function createMaker(context: Context): (schema: unknown) => unknown {
  let left = VALUES_MAX;
  const make = (given: unknown, name: string, depth: number): unknown => {
    if (left-- <= 0 || depth > DEPTH_MAX) return undefined;
    const schema = merged(context, given);
    if (!schema) return undefined;
    const own = ownExample(schema) ?? schema.const ?? schema.default ?? asArray(schema.enum)[0];
    if (own !== undefined) return own;
    const choice = asArray(schema.oneOf)[0] ?? asArray(schema.anyOf)[0];
    if (choice !== undefined && !schema.properties && !schema.items) return make(choice, name, depth + 1);
    const type = typeOf(schema);
    if (type === "object") return makeObject(schema, depth);
    if (type === "array") {
      const item = make(schema.items, name.replace(/s$/, ""), depth + 1);
      return item === undefined ? [] : Array.from({ length: ITEMS }, () => item);
    }
    if (type === "string") return textOf(schema, name);
    if (type === "integer" || type === "number") return numberOf(schema);
    return type === "boolean" ? true : null;
  };
  const makeObject = (schema: JsonObject, depth: number): JsonObject => {
    const made: JsonObject = {};
    for (const [name, property] of Object.entries(asObject(schema.properties))) {
      const value = make(property, name, depth + 1);
      if (value !== undefined) setOwn(made, name, value);
    }
    const others = schema.additionalProperties;
    if (isObject(others) && Object.keys(made).length === 0) {
      const value = make(others, "value", depth + 1);
      if (value !== undefined) made.key = value;
    }
    return made;
  };
  return (schema) => make(schema, "", 0);
}

/** A schema with what its `allOf` adds; undefined where a reference leads nowhere. */
function merged(context: Context, given: unknown, depth = 0): JsonObject | undefined {
  const schema = context.resolve(given);
  if (!isObject(schema)) return undefined;
  const parts = depth < DEPTH_MAX ? asArray(schema.allOf) : [];
  if (parts.length === 0) return schema;
  let all: JsonObject = {};
  for (const part of [...parts.map((one) => merged(context, one, depth + 1)), { ...schema, allOf: undefined }]) {
    if (!part) continue;
    all = { ...all, ...part, properties: { ...asObject(all.properties), ...asObject(part.properties) } };
  }
  if (Object.keys(asObject(all.properties)).length === 0) delete all.properties;
  return all;
}

function typeOf(schema: JsonObject): string {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== "null");
  const [type] = types;
  if (typeof type === "string") return type;
  if (schema.properties || schema.additionalProperties) return "object";
  return schema.items ? "array" : "string";
}

function textOf(schema: JsonObject, name: string): string {
  const format = typeof schema.format === "string" ? getOwn(FORMATS, schema.format) : undefined;
  const text = typeof format === "string" ? format : name === "" ? "text" : name.replaceAll("_", " ");
  const { maxLength } = schema;
  return typeof maxLength === "number" ? text.slice(0, Math.max(0, maxLength)) : text;
}

function numberOf({ type, minimum, maximum }: JsonObject): number {
  const least = typeof minimum === "number" ? minimum : 1;
  const number = typeof maximum === "number" && least > maximum ? maximum : least;
  return type === "integer" ? Math.ceil(number) : number;
}
