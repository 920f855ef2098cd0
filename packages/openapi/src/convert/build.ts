import { isObject, setOwn } from "../json.ts";
import { clip } from "../transform/text.ts";
import type { JsonObject, JsonSchema } from "../types.ts";
import { createSecrets, isShowable, type Secrets, type Stripped, schemeKey, stripCredentials } from "./credentials.ts";
import { inferSchema, inferTextSchema } from "./infer-schema.ts";
import { count, type Report } from "./report.ts";
import type { BaseUrlSample, Body, Field, Pair, ResponseSample, Sample, Scheme, Segment } from "./sample.ts";
import { nameParameters, templatePaths } from "./template.ts";

/** Bytes of one recorded body that are looked at. */
const SAMPLE_CHARS_MAX = 2 * 1024 * 1024;
/** Requests to one operation that are looked at. */
const SAMPLES_MAX = 50;
const NAME_CHARS_MAX = 60;
const TEXT_CHARS_MAX = 4_000;

export interface BuildOptions {
  title: string;
  description?: string;
  version?: string;
  /** Find path parameters by comparing requests: the source does not name them. */
  hasPlainPaths: boolean;
  secrets?: Secrets;
}

/**
 * An OpenAPI 3.1 document of sample requests: those to the same method and path become one operation. Credentials become security
 * schemes; no value of one is left in the result.
 */
export function buildDocument(samples: Sample[], options: BuildOptions, report: Report): JsonObject {
  const secrets = options.secrets ?? createSecrets();
  const stripped = samples.map((sample) => stripCredentials(sample, secrets));
  reportUnsupported(stripped, report);
  const templated = (options.hasPlainPaths ? templatePaths(stripped) : stripped).map((sample) =>
    hidePath(sample, secrets),
  );
  const main = mostFrequent(templated.map(({ baseUrl }) => baseUrl));
  const schemes = createSchemes();
  const operationIds = new Set<string>();
  const paths: JsonObject = {};
  const pathNames = new Map<string, string>();
  let elsewhere = 0;

  for (const group of groupByOperation(templated, main)) {
    const [first] = group as [Stripped];
    const shape = shapeOf(first.segments);
    const path = pathNames.get(shape) ?? pathOf(first.segments);
    pathNames.set(shape, path);
    const item = isObject(paths[path]) ? paths[path] : {};
    setOwn(paths, path, item);
    const method = first.method.toLowerCase();
    const isOwnMethod = METHODS.includes(method);
    const home = isOwnMethod ? item : undefined;
    if (!home) {
      report.add(
        "method_left_out",
        "warning",
        first.pointer,
        `The method ${first.method} is not used by OpenAPI 3.1, so the request is left out.`,
      );
      if (Object.keys(item).length === 0) delete paths[path];
      continue;
    }
    if (Object.hasOwn(home, method)) {
      elsewhere += group.length;
      continue;
    }
    home[method] = operationOf(group.slice(0, SAMPLES_MAX), { path, secrets, schemes, operationIds });
    const baseUrl = first.baseUrl;
    if (baseUrl && baseUrl.url !== main?.url) (home[method] as JsonObject).servers = [serverOf(baseUrl, secrets)];
  }
  if (elsewhere > 0)
    report.add(
      "same_path_elsewhere",
      "warning",
      "",
      `${count(elsewhere, "request")} to a path that another host has too ${elsewhere === 1 ? "is" : "are"} left out; import that host on its own.`,
    );
  const description = options.description ? secrets.hide(clip(options.description, TEXT_CHARS_MAX)) : undefined;
  return {
    openapi: "3.1.0",
    info: {
      title: secrets.hide(clip(options.title.trim(), 200)) || "Untitled API",
      version: options.version ?? "1.0.0",
      ...(description ? { description } : {}),
    },
    ...(main ? { servers: [serverOf(main, secrets)] } : {}),
    paths,
    ...(schemes.all().length > 0 ? { components: { securitySchemes: Object.fromEntries(schemes.all()) } } : {}),
  };
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

function reportUnsupported(samples: Stripped[], report: Report): void {
  const kinds = new Map<string, number>();
  for (const kind of samples.flatMap(({ unsupported }) => unsupported)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  for (const [kind, number] of kinds)
    report.add(
      "security_left_out",
      "warning",
      "",
      `${count(number, "request")} ${number === 1 ? "proves" : "prove"} who sends ${number === 1 ? "it" : "them"} with ${kind}, which has to be computed for each call; Portico sends no such proof.`,
    );
}

/** A literal segment that is a secret, such as a bot's token, becomes a parameter without an example. */
function hidePath(sample: Stripped, secrets: Secrets): Stripped {
  if (sample.segments.every((segment) => "parameter" in segment || secrets.hide(segment.literal) === segment.literal))
    return sample;
  return {
    ...sample,
    segments: nameParameters(
      sample.segments.map((segment) =>
        "parameter" in segment || secrets.hide(segment.literal) === segment.literal ? segment : { parameter: "" },
      ),
    ),
  };
}

/** Undefined when most requests do not say where they go. */
function mostFrequent(baseUrls: (BaseUrlSample | undefined)[]): BaseUrlSample | undefined {
  const counts = new Map<string, { baseUrl: BaseUrlSample | undefined; number: number }>();
  for (const baseUrl of baseUrls) {
    const entry = counts.get(baseUrl?.url ?? "") ?? { baseUrl, number: 0 };
    entry.number += 1;
    counts.set(baseUrl?.url ?? "", entry);
  }
  return [...counts.values()].reduce(
    (best, entry) => (entry.number > best.number || (entry.number === best.number && !best.baseUrl) ? entry : best),
    { baseUrl: undefined as BaseUrlSample | undefined, number: 0 },
  ).baseUrl;
}

/** Requests of one operation stand together; those to the main host come first, so that they name the paths. */
function groupByOperation(samples: Stripped[], main: BaseUrlSample | undefined): Stripped[][] {
  const groups = new Map<string, Stripped[]>();
  for (const sample of samples) {
    const url = sample.baseUrl?.url ?? main?.url ?? "";
    const key = JSON.stringify([sample.method, url, shapeOf(sample.segments)]);
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  const isMain = (group: Stripped[]) => (group[0]?.baseUrl?.url ?? main?.url) === main?.url;
  const all = [...groups.values()];
  return [...all.filter(isMain), ...all.filter((group) => !isMain(group))];
}

function shapeOf(segments: Segment[]): string {
  return segments
    .map((segment) => ("parameter" in segment ? "{}" : segment.literal.replace(/\{[^}]*\}/g, "{}")))
    .join("/");
}

function pathOf(segments: Segment[]): string {
  return `/${segments.map((segment) => ("parameter" in segment ? `{${segment.parameter}}` : segment.literal)).join("/")}`;
}

function serverOf({ url, variables }: BaseUrlSample, secrets: Secrets): JsonObject {
  const entries = Object.entries(variables ?? {}).map(([name, value]) => [name, { default: secrets.hide(value) }]);
  return { url, ...(entries.length > 0 ? { variables: Object.fromEntries(entries) } : {}) };
}

interface Building {
  path: string;
  secrets: Secrets;
  schemes: Schemes;
  operationIds: Set<string>;
}

function operationOf(group: Stripped[], building: Building): JsonObject {
  const { secrets } = building;
  const text = (value: string | undefined) => (value ? secrets.hide(clip(value.trim(), TEXT_CHARS_MAX)) : "");
  const name = text(group.find((sample) => sample.name)?.name);
  const description = text(group.find((sample) => sample.description)?.description);
  const tag = text(group.find((sample) => sample.tag)?.tag);
  const operationId = operationIdOf(name, tag, building.operationIds);
  const parameters = [
    ...pathParameters(group, building),
    ...pairParameters(group, "query", secrets),
    ...pairParameters(group, "header", secrets),
  ];
  const requestBody = requestBodyOf(group, secrets);
  const security = securityOf(group, building.schemes);
  return {
    ...(operationId ? { operationId } : {}),
    ...(name ? { summary: clip(name, 200) } : {}),
    ...(description ? { description } : {}),
    ...(tag ? { tags: [clip(tag, 100)] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: responsesOf(group),
    ...(security ? { security } : {}),
  };
}

/** A tool is named after the request, unless the request has no name of its own. */
function operationIdOf(name: string, tag: string, taken: Set<string>): string | undefined {
  if (/[/{]|:\/\/|•|^(?:new|untitled) request/i.test(name)) return undefined;
  const base = camelCase(name);
  if (!/[a-z]{2}/i.test(base)) return undefined;
  const candidates = [
    base,
    camelCase(`${tag} ${name}`),
    ...Array.from({ length: 98 }, (_, index) => `${base}${index + 2}`),
  ];
  const free = candidates.find((candidate) => !taken.has(candidate.toLowerCase()));
  if (free) taken.add(free.toLowerCase());
  return free;
}

function camelCase(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .replace(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => (next ?? "").toUpperCase())
    .replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase())
    .slice(0, NAME_CHARS_MAX);
}

function pathParameters(group: Stripped[], { path, secrets }: Building): JsonObject[] {
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const examples = group.map(({ segments }) =>
    segments.flatMap((segment) => {
      if ("parameter" in segment) return [segment];
      return [...segment.literal.matchAll(/\{([^{}]+)\}/g)].map(([, parameter = ""]) => ({ parameter }) as Segment);
    }),
  );
  return [...new Set(names)].map((name) => {
    const index = names.indexOf(name);
    const given = examples.flatMap((list) => list[index] ?? []) as { example?: string; description?: string }[];
    const values = given.flatMap(({ example }) => (example ? [example] : []));
    const description = given.find((item) => item.description)?.description;
    return parameterOf({ name, place: "path", required: true, values, description, isList: false, secrets });
  });
}

function pairParameters(group: Stripped[], place: "query" | "header", secrets: Secrets): JsonObject[] {
  const found = new Map<string, { name: string; pairs: Pair[]; samples: number; isList: boolean }>();
  for (const sample of group) {
    const seen = new Set<string>();
    for (const pair of place === "query" ? sample.query : sample.headers) {
      const key = place === "query" ? pair.name : pair.name.toLowerCase();
      const entry = found.get(key) ?? { name: pair.name, pairs: [], samples: 0, isList: /\[\]$/.test(pair.name) };
      found.set(key, entry);
      entry.pairs.push(pair);
      if (seen.has(key)) entry.isList ||= place === "query";
      else if (!pair.isOptional) entry.samples += 1;
      seen.add(key);
    }
  }
  return [...found.values()].map(({ name, pairs, samples, isList }) => {
    const values = pairs.flatMap(({ value }) => (value ? [value] : []));
    const isVersion = place === "header" && /version/i.test(name) && new Set(values).size === 1;
    // One request says nothing about what may be left out; a version header is there because it has to be.
    const required = samples === group.length && (group.length > 1 ? place === "query" || isVersion : isVersion);
    const description = pairs.find((pair) => pair.description)?.description;
    const parameter = parameterOf({ name, place, required, values, description, isList, secrets });
    const [only] = values;
    if (isVersion && only && isShowable(name, only, secrets)) parameter.schema = { type: "string", default: only };
    return parameter;
  });
}

function parameterOf(given: {
  name: string;
  place: "path" | "query" | "header";
  required: boolean;
  values: string[];
  description: string | undefined;
  isList: boolean;
  secrets: Secrets;
}): JsonObject {
  const { name, place, required, values, isList, secrets } = given;
  const concrete = values.filter((value) => isShowable("", value, secrets));
  const schema = place === "header" ? { type: "string" } : inferTextSchema(concrete);
  const example = concrete.find((value) => isShowable(name, value, secrets));
  const typed = example === undefined ? undefined : typedValue(schema, example);
  return {
    name,
    in: place,
    ...(required ? { required } : {}),
    ...(given.description ? { description: secrets.hide(clip(given.description, 1_000)) } : {}),
    schema: isList ? { type: "array", items: schema } : schema,
    ...(typed === undefined ? {} : { example: isList ? [typed] : typed }),
  };
}

function typedValue(schema: JsonSchema, text: string): unknown {
  if (schema.type === "integer" || schema.type === "number") return Number(text);
  return schema.type === "boolean" ? text === "true" : text;
}

function requestBodyOf(group: Stripped[], secrets: Secrets): JsonObject | undefined {
  const bodies = group.flatMap(({ body }) => body ?? []);
  if (bodies.length === 0) return undefined;
  const content: JsonObject = {};
  for (const [mediaType, alike] of groupBy(bodies, (body) => body.mediaType))
    setOwn(content, mediaType, { schema: bodySchema(mediaType, alike, secrets) });
  return { ...(bodies.length === group.length ? { required: true } : {}), content };
}

function bodySchema(mediaType: string, bodies: Body[], secrets: Secrets): JsonSchema {
  const shows = (name: string, value: string) => isShowable(name, value, secrets);
  const fields = bodies.flatMap((body) => (body.kind === "fields" ? [body.fields] : []));
  if (fields.length > 0) return fieldsSchema(fields, secrets);
  const texts = bodies.flatMap((body) => (body.kind === "text" ? [body.text] : []));
  if (isJson(mediaType)) {
    const values = texts.flatMap(parseSample);
    return inferSchema(values, { isShowable: shows, hasRequired: true });
  }
  if (texts.length > 0 || /^text\/|xml/.test(mediaType)) return { type: "string" };
  return { type: "string", format: "binary" };
}

function fieldsSchema(lists: Field[][], secrets: Secrets): JsonSchema {
  const properties: JsonSchema = {};
  const required: string[] = [];
  for (const [name, fields] of groupBy(lists.flat(), (field) => field.name)) {
    const values = fields.flatMap(({ value }) => (value && isShowable("", value, secrets) ? [value] : []));
    const isList = lists.some((list) => list.filter((field) => field.name === name).length > 1);
    const isFile = fields.some((field) => field.isFile);
    const single: JsonSchema = isFile ? { type: "string", format: "binary" } : inferTextSchema(values);
    const example = values.find((value) => isShowable(name, value, secrets));
    const description = fields.find((field) => field.description)?.description;
    setOwn(properties, name, {
      ...(isList ? { type: "array", items: single } : single),
      ...(description ? { description: secrets.hide(clip(description, 1_000)) } : {}),
      ...(example === undefined || isFile || isList ? {} : { examples: [typedValue(single, example)] }),
    });
    const isAlways = lists.every((list) => list.some((field) => field.name === name && !field.isOptional));
    if (lists.length > 1 && isAlways) required.push(name);
  }
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}

function responsesOf(group: Stripped[]): JsonObject {
  const responses: JsonObject = {};
  const all = group
    .flatMap((sample) => sample.responses)
    .filter(({ status }) => status >= 200 && status <= 599 && status !== 304);
  for (const [status, alike] of groupBy(all, (response) => String(response.status))) {
    const content: JsonObject = {};
    for (const [mediaType, samples] of groupBy(
      alike.filter((response) => response.mediaType !== ""),
      (response) => response.mediaType,
    ))
      setOwn(content, mediaType, { schema: responseSchema(mediaType, samples) });
    responses[status] = {
      description: DESCRIPTIONS[status] ?? (Number(status) < 400 ? "Done" : "Refused"),
      ...(Object.keys(content).length > 0 ? { content } : {}),
    };
  }
  return Object.keys(responses).length > 0 ? responses : { default: { description: "The answer" } };
}

const DESCRIPTIONS: Record<string, string> = {
  "200": "OK",
  "201": "Created",
  "202": "Accepted",
  "204": "No content",
  "400": "Bad request",
  "401": "Not signed in",
  "403": "Not allowed",
  "404": "Not found",
  "409": "Conflict",
  "422": "Not valid",
  "429": "Too many requests",
};

/** What an answer looks like; its values are somebody's data, and none is kept. */
function responseSchema(mediaType: string, samples: ResponseSample[]): JsonSchema {
  if (!isJson(mediaType)) return { type: "string" };
  return inferSchema(samples.flatMap(({ text }) => (text === undefined ? [] : parseSample(text))));
}

function parseSample(text: string): unknown[] {
  if (text.length > SAMPLE_CHARS_MAX) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** `application/json` and everything written in it. */
export function isJson(mediaType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json$|^text\/json$/.test(mediaType);
}

/** Without parameters, in lower case. */
export function cleanMediaType(header: string | undefined): string {
  const mediaType = (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return /^[\w.+*-]+\/[\w.+*-]+$/.test(mediaType) ? mediaType : "";
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

interface Schemes {
  nameOf(scheme: Scheme): string;
  all(): [string, JsonObject][];
}

function createSchemes(): Schemes {
  const names = new Map<string, string>();
  const objects = new Map<string, JsonObject>();
  return {
    nameOf(scheme) {
      const key = schemeKey(scheme);
      const known = names.get(key);
      if (known) return known;
      const base = schemeName(scheme);
      let name = base;
      for (let number = 2; objects.has(name); number++) name = `${base}${number}`;
      names.set(key, name);
      objects.set(name, { ...scheme });
      return name;
    },
    all: () => [...objects],
  };
}

function schemeName(scheme: Scheme): string {
  if (scheme.type === "oauth2") return "oauth2";
  if (scheme.type === "apiKey") return scheme.name.replace(/[^\w.-]+/g, "") || "apiKey";
  return `${scheme.scheme.toLowerCase().replace(/[^\w.-]+/g, "")}Auth`;
}

/** Each way in which one of the requests proved who sends it is enough. */
function securityOf(group: Stripped[], schemes: Schemes): JsonObject[] | undefined {
  const alternatives = new Map<string, JsonObject>();
  for (const sample of group) {
    const names = sample.schemes.map((scheme) => schemes.nameOf(scheme)).sort();
    if (names.length > 0) alternatives.set(names.join(" "), Object.fromEntries(names.map((name) => [name, []])));
  }
  return alternatives.size > 0 ? [...alternatives.values()] : undefined;
}
