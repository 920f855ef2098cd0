import { asArray, asObject, asText, isObject } from "../json.ts";
import type { JsonObject } from "../types.ts";
import { placeholderName } from "./address.ts";
import { buildDocument, cleanMediaType, isJson } from "./build.ts";
import type { Converted } from "./convert.ts";
import { createSecrets, isPrivateName, looksSecret, parsePairs, type Secrets } from "./credentials.ts";
import { parseTemplate } from "./json-template.ts";
import { isVersion1 } from "./recognize.ts";
import { count, createReport, type Report } from "./report.ts";
import {
  type BaseUrlSample,
  type Body,
  type Field,
  type Pair,
  REQUESTS_MAX,
  type Sample,
  type Scheme,
  type Segment,
} from "./sample.ts";

/** Folders in folders; Postman's own interface stops long before. */
const FOLDERS_DEPTH_MAX = 30;
const RESOLVE_DEPTH_MAX = 5;
const BODY_CHARS_MAX = 2 * 1024 * 1024;
const ADDRESS_CHARS_MAX = 16_384;

interface Reading {
  variables: Map<string, string>;
  secrets: Secrets;
  report: Report;
  samples: Sample[];
  /** Requests met, those left out included. */
  seen: number;
  scripts: number;
  brokenBodies: number;
  /** Variables that stand where the address of the API should. */
  missingBases: Set<string>;
}

/**
 * A Postman collection v2.1 or v2.0 as an OpenAPI document. Folders become tags, requests of one method and path one operation,
 * saved responses its answers. Never throws; no value of a credential is kept.
 */
export function convertPostman(file: JsonObject): Converted {
  const collection = isObject(file.collection) ? file.collection : file;
  const report = createReport();
  if (file._postman_variable_scope !== undefined)
    return refuse("This is a Postman environment, which holds values only. Export the collection itself, as v2.1.");
  if (isVersion1(collection))
    return refuse("This is a Postman collection v1. In Postman, export it as Collection v2.1.");
  if (!Array.isArray(collection.item))
    return refuse("This Postman collection has no list of requests (item). In Postman, export it as Collection v2.1.");

  const info = asObject(collection.info);
  const reading: Reading = {
    variables: new Map(),
    secrets: createSecrets(),
    report,
    samples: [],
    seen: 0,
    scripts: 0,
    brokenBodies: 0,
    missingBases: new Set(),
  };
  readVariables(collection.variable, reading);
  readItems(collection.item, "/item", [], authOf(collection.auth, undefined, reading), reading, 0);
  if (asArray(collection.event).some(hasScript)) reading.scripts += 1;
  if (reading.samples.length === 0)
    return {
      ok: false,
      message: "This Postman collection holds no request with an address.",
      diagnostics: report.diagnostics,
    };
  if (reading.scripts > 0)
    report.add(
      "scripts_left_out",
      "info",
      "",
      `Scripts of the collection (${reading.scripts}) do not run: what they compute or set has to be given otherwise.`,
    );
  if (reading.brokenBodies > 0)
    report.add(
      "bodies_not_json",
      "info",
      "",
      `${count(reading.brokenBodies, "sample body", "sample bodies")} cannot be read as JSON, so nothing is known of their fields.`,
    );
  if (reading.missingBases.size > 0) {
    const names = [...reading.missingBases].slice(0, 5).map((name) => `{{${name}}}`);
    report.add(
      "base_url_unknown",
      "warning",
      "/variable",
      `The collection does not say where the API is: ${names.join(", ")} ${names.length === 1 ? "has" : "have"} no value in it. Set the base URL in the server's settings.`,
    );
  }
  const version = isObject(info.version)
    ? ["major", "minor", "patch"].map((part) => String(asObject(info.version)[part] ?? 0)).join(".")
    : asText(info.version);
  const description = textOf(info.description);
  const root = buildDocument(
    reading.samples,
    {
      title: asText(info.name) ?? "Postman collection",
      ...(description ? { description } : {}),
      ...(version ? { version } : {}),
      hasPlainPaths: false,
      secrets: reading.secrets,
    },
    report,
  );
  return { ok: true, root, diagnostics: report.diagnostics };
}

function refuse(message: string): Converted {
  return { ok: false, message, diagnostics: [] };
}

function readVariables(list: unknown, { variables, secrets }: Reading): void {
  for (const item of asArray(list)) {
    const variable = asObject(item);
    const name = asText(variable.key) ?? asText(variable.id);
    if (name === undefined || variable.disabled === true) continue;
    const value = scalar(variable.value);
    if (value === undefined || value.trim() === "") continue;
    if (variable.type === "secret" || isPrivateName(name)) secrets.keep(value);
    else if (!variables.has(name)) variables.set(name, value);
  }
}

function readItems(
  items: unknown[],
  pointer: string,
  folders: string[],
  auth: Scheme[],
  reading: Reading,
  depth: number,
): void {
  for (const [index, raw] of items.entries()) {
    const item = asObject(raw);
    const here = `${pointer}/${index}`;
    if (asArray(item.event).some(hasScript)) reading.scripts += 1;
    const name = asText(item.name);
    if (Array.isArray(item.item)) {
      if (depth >= FOLDERS_DEPTH_MAX) {
        reading.report.add(
          "folder_left_out",
          "warning",
          here,
          `Folders stand in more than ${FOLDERS_DEPTH_MAX} others; what is deeper is left out.`,
        );
        continue;
      }
      readItems(
        item.item,
        `${here}/item`,
        name ? [...folders, name] : folders,
        authOf(item.auth, auth, reading, here),
        reading,
        depth + 1,
      );
      continue;
    }
    if (item.request === undefined) continue;
    reading.seen += 1;
    if (reading.seen === REQUESTS_MAX + 1)
      reading.report.add("too_many_requests", "warning", here, `Only the first ${REQUESTS_MAX} requests are used.`);
    if (reading.seen > REQUESTS_MAX) return;
    const request = typeof item.request === "string" ? { url: item.request } : asObject(item.request);
    const sample = readRequest(request, item, here, auth, reading);
    if (!sample) {
      reading.report.add(
        "request_left_out",
        "warning",
        here,
        `The request ${name ?? index + 1} has no address that can be read, so it is left out.`,
      );
      continue;
    }
    const description = textOf(request.description) ?? textOf(item.description);
    reading.samples.push({
      ...sample,
      ...(name ? { name } : {}),
      ...(description ? { description } : {}),
      ...(folders.length > 0 ? { tag: folders.join(" / ") } : {}),
    });
  }
}

function readRequest(
  request: JsonObject,
  item: JsonObject,
  pointer: string,
  inherited: Scheme[],
  reading: Reading,
): Sample | undefined {
  const url = readUrl(request.url, reading);
  if (!url) return undefined;
  const headers = readHeaders(request.header, reading);
  const cookies = headers
    .filter(({ name }) => name.toLowerCase() === "cookie")
    .flatMap(({ value = "" }) => value.split(";").map((part) => splitPair(part.trim(), "=")));
  const body = readBody(request.body, headers, reading);
  return {
    pointer,
    method: (asText(request.method) ?? "GET").trim().toUpperCase(),
    ...url,
    headers,
    cookies,
    ...(body ? { body } : {}),
    responses: asArray(item.response).flatMap((response) => readResponse(asObject(response))),
    schemes: authOf(request.auth, inherited, reading, pointer),
  };
}

interface ReadUrl {
  baseUrl: BaseUrlSample | undefined;
  segments: Segment[];
  query: Pair[];
}

/** The address in its parts. Variables before the path say where the API is; in the path they are parameters. */
function readUrl(raw: unknown, reading: Reading): ReadUrl | undefined {
  const url = typeof raw === "string" ? { raw } : asObject(raw);
  const text = asText(url.raw) ?? joinUrl(url);
  if (text === undefined || text.length > ADDRESS_CHARS_MAX) return undefined;
  const [address = "", search = ""] = splitOnce(text.trim().replace(/#(?![^{]*\}\}).*$/s, ""), "?");
  const match = /^((?:[a-z][a-z0-9+.-]*|\{\{[^{}]+\}\}):\/\/)?([^/]*)(\/.*)?$/is.exec(address);
  if (!match) return undefined;
  const [, scheme = "", host = "", path = ""] = match;
  const hasHost =
    scheme !== "" || /^\{\{/.test(host) || /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$|^localhost(?::\d+)?$/i.test(host);
  if (!hasHost && !address.startsWith("/") && !address.startsWith(":")) return undefined;
  const described = new Map(
    asArray(url.variable)
      .map(asObject)
      .map((variable) => [asText(variable.key) ?? asText(variable.id) ?? "", variable]),
  );
  const base = hasHost ? readBase(scheme, host, reading) : { baseUrl: undefined, prefix: [] };
  const parts = (hasHost ? path : address).split("/").filter((part) => part !== "");
  const query = Array.isArray(url.query)
    ? url.query.map(asObject).flatMap((pair): Pair[] => {
        const name = asText(pair.key);
        return name === undefined ? [] : [pairOf(name, pair, reading)];
      })
    : parsePairs(search).map(({ name, value }) => ({ name, value: resolve(value ?? "", reading) }));
  return {
    baseUrl: base.baseUrl,
    segments: [...base.prefix, ...parts.flatMap((part) => readSegment(part, described, reading))],
    query,
  };
}

function joinUrl(url: JsonObject): string | undefined {
  const join = (value: unknown, separator: string) =>
    Array.isArray(value)
      ? value.flatMap((part) => scalar(isObject(part) ? part.value : part) ?? []).join(separator)
      : (asText(value) ?? "");
  const host = join(url.host, ".");
  const path = join(url.path, "/").replace(/^\//, "");
  if (host === "" && path === "") return undefined;
  const protocol = asText(url.protocol);
  const port = scalar(url.port);
  return `${protocol ? `${protocol.replace(/:?\/*$/, "")}://` : ""}${host}${port ? `:${port}` : ""}/${path}`;
}

function readBase(
  scheme: string,
  host: string,
  reading: Reading,
): { baseUrl: BaseUrlSample | undefined; prefix: Segment[] } {
  const written = resolve(`${scheme}${host}`, reading).replace(/\/+$/, "");
  const whole = /^\{\{([^{}]+)\}\}$/.exec(written);
  if (whole?.[1]) {
    reading.missingBases.add(whole[1].trim());
    return { baseUrl: undefined, prefix: [] };
  }
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(written)
    ? written
    : /^\{\{[^{}]+\}\}:\/\//.test(written)
      ? written.replace(/^\{\{[^{}]+\}\}/, "https")
      : `${/^(?:localhost|127\.)/.test(written) ? "http" : "https"}://${written}`;
  const bare = withScheme
    .replace(/[?#].*$/s, "")
    .replace(/^([a-z]+:\/\/)([^/@]*)@/i, (_all, start: string, user: string) => {
      for (const part of user.split(":")) reading.secrets.keep(part);
      return start;
    });
  const variables: Record<string, string> = {};
  const url = bare.replace(/\{\{([^{}]+)\}\}/g, (_all, name: string) => {
    const clean = parameterName(name);
    variables[clean] = "";
    return `{${clean}}`;
  });
  for (const name of Object.keys(variables)) reading.missingBases.add(name);
  const [, origin = url, path = ""] = /^([a-z]+:\/\/[^/]*)(.*)$/i.exec(url) ?? [];
  const parts = path.split("/").filter(Boolean);
  // A token in the base address (a bot's, say) is no part of it: it becomes a parameter of every path.
  const secretAt = parts.findIndex(looksSecret);
  const kept = secretAt < 0 ? parts : parts.slice(0, secretAt);
  const prefix =
    secretAt < 0
      ? []
      : parts.slice(secretAt).map((part) => (looksSecret(part) ? { parameter: "token" } : { literal: part }));
  return {
    baseUrl: { url: [origin, ...kept].join("/"), ...(Object.keys(variables).length > 0 ? { variables } : {}) },
    prefix,
  };
}

/** `:id` and `{{id}}` are parameters; a variable that holds a part of the address, such as a version, is what it holds. */
function readSegment(part: string, described: Map<string, JsonObject>, reading: Reading): Segment[] {
  const named = /^:([^:.]+)(.*)$/s.exec(part);
  if (named?.[1] && named[2] === "") {
    const variable = described.get(named[1]);
    const example = scalar(variable?.value);
    const description = textOf(variable?.description);
    return [
      {
        parameter: parameterName(named[1]),
        ...(example ? { example: resolve(example, reading) } : {}),
        ...(description ? { description } : {}),
      },
    ];
  }
  if (named?.[1]) return [{ literal: `{${parameterName(named[1])}}${encodeLiteral(named[2] ?? "")}` }];
  const whole = /^\{\{([^{}]+)\}\}$/.exec(part);
  if (whole?.[1]) {
    const name = whole[1].trim();
    const value = reading.variables.get(name);
    if (value && (/version|^v$|^ver$|prefix|base|path|root|stage|env/i.test(name) || value.includes("/")))
      return resolve(part, reading)
        .split("/")
        .filter(Boolean)
        .map((literal) => ({ literal: encodeLiteral(literal) }));
    return [{ parameter: parameterName(name), ...(value ? { example: resolve(value, reading) } : {}) }];
  }
  const placeholder = placeholderName(part);
  if (placeholder !== undefined) return [{ parameter: placeholder }];
  const literal = part
    .split(/(\{\{[^{}]+\}\})/)
    .map((piece) => {
      const name = /^\{\{([^{}]+)\}\}$/.exec(piece)?.[1];
      return name === undefined ? encodeLiteral(piece) : `{${parameterName(name)}}`;
    })
    .join("");
  return [{ literal }];
}

/** Braces of a path are templates in OpenAPI. */
function encodeLiteral(text: string): string {
  return text.replace(/^:/, "%3A").replace(/[{}?#\s]/g, (character) => encodeURIComponent(character));
}

function parameterName(name: string): string {
  return (
    name
      .replace(/^\$/, "")
      .trim()
      .replace(/[^\w.-]+/g, "_")
      .slice(0, 60) || "value"
  );
}

function pairOf(name: string, pair: JsonObject, reading: Reading): Pair {
  const value = scalar(pair.value);
  const description = textOf(pair.description);
  return {
    name,
    ...(value === undefined ? {} : { value: resolve(value, reading) }),
    ...(description ? { description } : {}),
    ...(pair.disabled === true ? { isOptional: true } : {}),
  };
}

function readHeaders(raw: unknown, reading: Reading): Pair[] {
  const list =
    typeof raw === "string"
      ? raw.split(/\r?\n/).map((line) => toHeader(splitPair(line, ":")))
      : asArray(raw).map(asObject);
  return list.flatMap((header) => {
    const name = asText(header.key)?.trim();
    return name ? [pairOf(name, header, reading)] : [];
  });
}

function toHeader({ name, value = "" }: Pair): JsonObject {
  return { key: name.trim(), value: value.trim() };
}

const LANGUAGES: Record<string, string> = {
  json: "application/json",
  xml: "application/xml",
  text: "text/plain",
  html: "text/html",
  javascript: "application/javascript",
};

function readBody(raw: unknown, headers: Pair[], reading: Reading): Body | undefined {
  const body = asObject(raw);
  if (body.disabled === true) return undefined;
  const given = cleanMediaType(headers.find(({ name }) => name.toLowerCase() === "content-type")?.value);
  if (body.mode === "urlencoded" || body.mode === "formdata") {
    const mediaType = body.mode === "formdata" ? "multipart/form-data" : "application/x-www-form-urlencoded";
    const list = asArray(body[body.mode]).map(asObject);
    const fields =
      typeof body[body.mode] === "string"
        ? parsePairs(String(body[body.mode]))
        : list.flatMap((field): Field[] => {
            const name = asText(field.key);
            return name
              ? [{ ...pairOf(name, field, reading), ...(field.type === "file" ? { isFile: true } : {}) }]
              : [];
          });
    return fields.length > 0 ? { kind: "fields", mediaType, fields } : undefined;
  }
  if (body.mode === "file") return { kind: "unknown", mediaType: given || "application/octet-stream" };
  if (body.mode === "graphql") {
    const { query, variables } = asObject(body.graphql);
    const text = JSON.stringify({
      query: String(query ?? ""),
      variables: parseTemplate(String(variables || "{}"), (name) => resolve(name, reading)) ?? {},
    });
    return { kind: "text", mediaType: "application/json", text };
  }
  const text = asText(body.raw)?.trim();
  if (body.mode !== "raw" || !text) return undefined;
  if (text.length > BODY_CHARS_MAX) return { kind: "unknown", mediaType: given || "application/octet-stream" };
  const language = asText(asObject(asObject(body.options).raw).language) ?? "";
  const mediaType = given || LANGUAGES[language] || (/^[{[]/.test(text) ? "application/json" : "text/plain");
  if (mediaType === "application/x-www-form-urlencoded") return { kind: "fields", mediaType, fields: parsePairs(text) };
  if (!isJson(mediaType)) return { kind: "text", mediaType, text };
  const value = parseTemplate(text, (name) => resolve(name, reading));
  if (value === undefined) reading.brokenBodies += 1;
  return { kind: "text", mediaType, text: value === undefined ? "" : JSON.stringify(value) };
}

function readResponse(response: JsonObject): Sample["responses"] {
  const status = Number(response.code);
  if (!Number.isInteger(status)) return [];
  const text = asText(response.body);
  const header = asArray(response.header)
    .map(asObject)
    .find(({ key }) => String(key).toLowerCase() === "content-type");
  const mediaType = cleanMediaType(asText(header?.value)) || (text && /^\s*[{[]/.test(text) ? "application/json" : "");
  return [{ status, mediaType, ...(text === undefined ? {} : { text }) }];
}

/** The authorization of a request, folder or collection; what it does not say is inherited. Values are not looked at. */
function authOf(raw: unknown, inherited: Scheme[] | undefined, reading?: Reading, pointer = ""): Scheme[] {
  if (!isObject(raw)) return inherited ?? [];
  const type = String(raw.type ?? "");
  const attributes = attributesOf(raw[type]);
  if (reading)
    for (const [name, value] of Object.entries(attributes))
      if (isPrivateName(name) || name === "value") reading.secrets.keep(value);
  switch (type) {
    case "noauth":
      return [];
    case "bearer":
    case "jwt":
      return [{ type: "http", scheme: "bearer" }];
    case "basic":
      return [{ type: "http", scheme: "basic" }];
    case "apikey":
      return [
        { type: "apiKey", in: attributes.in === "query" ? "query" : "header", name: attributes.key || "X-API-Key" },
      ];
    case "oauth2":
      return [oauth2Of(attributes)];
    case "":
      return inherited ?? [];
    default:
      reading?.report.add(
        "security_left_out",
        "warning",
        pointer,
        `Authorization of type ${type} has to be computed for each call; Portico sends no such proof.`,
      );
      return [];
  }
}

/** v2.1 has a list of { key, value }, v2.0 an object. */
function attributesOf(raw: unknown): Record<string, string> {
  const pairs: [string, unknown][] = Array.isArray(raw)
    ? raw.map(asObject).map(({ key, value }) => [String(key), value])
    : Object.entries(asObject(raw));
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (scalar(value) === undefined ? [] : [[key, scalar(value) as string]])),
  );
}

function oauth2Of(attributes: Record<string, string>): Scheme {
  const url = (text: string | undefined) => (text && /^https?:\/\/[^{}\s]+$/.test(text) ? text : undefined);
  const [authorizationUrl, tokenUrl] = [url(attributes.authUrl), url(attributes.accessTokenUrl)];
  const scopes = Object.fromEntries(
    (attributes.scope ?? "")
      .split(/[\s,]+/)
      .filter((scope) => /^[\w:./-]+$/.test(scope))
      .map((scope) => [scope, ""]),
  );
  if (!tokenUrl) return { type: "http", scheme: "bearer" };
  if (attributes.grant_type === "client_credentials")
    return { type: "oauth2", flows: { clientCredentials: { tokenUrl, scopes } } };
  if (!authorizationUrl) return { type: "http", scheme: "bearer" };
  return { type: "oauth2", flows: { authorizationCode: { authorizationUrl, tokenUrl, scopes } } };
}

/** Values of collection variables in the place of their names; unknown ones stay as they are written. */
function resolve(text: string, { variables }: Reading): string {
  let resolved = text;
  for (let depth = 0; depth < RESOLVE_DEPTH_MAX && resolved.includes("{{") && resolved.length < 10_000; depth++)
    resolved = resolved.replace(/\{\{([^{}]+)\}\}/g, (all, name: string) => variables.get(name.trim()) ?? all);
  return resolved;
}

function hasScript(event: unknown): boolean {
  const { exec } = asObject(asObject(event).script);
  return asArray(exec).some((line) => String(line).trim() !== "") || (typeof exec === "string" && exec.trim() !== "");
}

/** A description is text, or an object that holds it. */
function textOf(raw: unknown): string | undefined {
  return asText(raw) ?? asText(asObject(raw).content);
}

function scalar(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitPair(text: string, separator: string): Pair {
  const [name, value] = splitOnce(text, separator);
  return { name, value };
}
