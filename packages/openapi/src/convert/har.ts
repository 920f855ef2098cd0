import { asArray, asObject, asText, isObject } from "../json.ts";
import type { JsonObject } from "../types.ts";
import { parseAddress } from "./address.ts";
import { buildDocument, cleanMediaType, isJson } from "./build.ts";
import type { Converted } from "./convert.ts";
import { createSecrets, parsePairs, type Secrets } from "./credentials.ts";
import { count, createReport } from "./report.ts";
import { type Body, type Field, type Pair, REQUESTS_MAX, type Sample } from "./sample.ts";

const PAGE_TYPES = new Set([
  "document",
  "stylesheet",
  "script",
  "image",
  "font",
  "media",
  "manifest",
  "texttrack",
  "websocket",
  "ping",
  "preflight",
  "csp_report",
  "cspviolationreport",
  "other-static",
]);
const STATIC_FILE = /\.(?:m?js|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|html?|wasm)$/i;
const STATIC_TYPE = /^(?:image|font|video|audio)\/|^text\/(?:html|css|javascript|x-component)$|javascript|font|wasm/;
const DATA_TYPE =
  /json|^(?:application|text)\/(?:[\w.-]+\+)?xml$|x-www-form-urlencoded|ndjson|event-stream|graphql|protobuf|msgpack|^text\/(?:plain|csv)$/;

/**
 * A HAR 1.2 file as an OpenAPI document: what looks like calls of an API, not pages, scripts and images. The origin with most calls
 * is the server. Never throws; neither a credential nor a recorded answer's value is kept.
 */
export function convertHar(file: JsonObject): Converted {
  const report = createReport();
  const secrets = createSecrets();
  const entries = asObject(file.log).entries;
  if (!Array.isArray(entries))
    return { ok: false, message: "This HAR file has no log.entries, the list of recorded requests.", diagnostics: [] };
  const samples: Sample[] = [];
  let other = 0;
  let broken = 0;
  for (const [index, raw] of entries.entries()) {
    const entry = asObject(raw);
    const request = asObject(entry.request);
    const address = parseAddress(asText(request.url) ?? "", secrets);
    if (!address) {
      if (/^(?:data|blob|wss?|chrome-extension|moz-extension|about|file):/i.test(String(request.url))) other += 1;
      else broken += 1;
      continue;
    }
    if (!isApiCall(entry)) {
      other += 1;
      continue;
    }
    if (samples.length >= REQUESTS_MAX) {
      report.add(
        "too_many_requests",
        "warning",
        `/log/entries/${index}`,
        `Only the first ${REQUESTS_MAX} calls are used.`,
      );
      break;
    }
    const headers = pairsOf(request.headers);
    const query =
      Array.isArray(request.queryString) && request.queryString.length > 0
        ? pairsOf(request.queryString, true)
        : address.query;
    const body = readBody(request, headers);
    samples.push({
      pointer: `/log/entries/${index}`,
      method: (asText(request.method) ?? "GET").toUpperCase(),
      baseUrl: { url: address.origin },
      segments: address.segments,
      query,
      headers,
      cookies: cookiesOf(request, headers),
      ...(body ? { body } : {}),
      responses: readResponse(asObject(entry.response), secrets),
      schemes: address.hasUser ? [{ type: "http", scheme: "basic" }] : [],
    });
  }
  if (other > 0)
    report.add(
      "entries_left_out",
      "info",
      "/log/entries",
      `${count(other, "recorded request")} for pages, scripts, images and the like ${other === 1 ? "is" : "are"} left out.`,
    );
  if (broken > 0)
    report.add(
      "entries_unreadable",
      "warning",
      "/log/entries",
      `${count(broken, "recorded request")} without a readable address ${broken === 1 ? "is" : "are"} left out.`,
    );
  if (samples.length === 0)
    return {
      ok: false,
      message: `This HAR file records no call of an API: ${entries.length === 0 ? "it is empty" : "its requests are pages, scripts and images"}. Record again while the page talks to its API (requests of type Fetch/XHR).`,
      diagnostics: report.diagnostics,
    };
  const hosts = new Set(samples.map(({ baseUrl }) => baseUrl?.url));
  if (hosts.size > 1)
    report.add(
      "several_hosts",
      "info",
      "/log/entries",
      `The calls go to ${hosts.size} hosts; those beside the most called one keep their own address.`,
    );
  const [first] = mostCalled(samples);
  const root = buildDocument(
    samples,
    {
      title: first ? new URL(first).hostname : "Recorded API",
      description: "Made from recorded requests.",
      hasPlainPaths: true,
      secrets,
    },
    report,
  );
  return { ok: true, root, diagnostics: report.diagnostics };
}

function mostCalled(samples: Sample[]): string[] {
  const counts = new Map<string, number>();
  for (const { baseUrl } of samples) if (baseUrl) counts.set(baseUrl.url, (counts.get(baseUrl.url) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([url]) => url);
}

/** Data asked for by a program rather than a page, script or picture asked for by a browser. */
function isApiCall(entry: JsonObject): boolean {
  const request = asObject(entry.request);
  const response = asObject(entry.response);
  const method = String(request.method ?? "GET").toUpperCase();
  if (method === "OPTIONS" || method === "CONNECT") return false;
  const answer = cleanMediaType(asText(asObject(response.content).mimeType));
  const type = String(entry._resourceType ?? "").toLowerCase();
  if (PAGE_TYPES.has(type)) return false;
  if (STATIC_TYPE.test(answer)) return false;
  const path = String(request.url).replace(/[?#].*$/s, "");
  if (STATIC_FILE.test(path) && !DATA_TYPE.test(answer)) return false;
  if (type === "xhr" || type === "fetch") return true;
  const sent = cleanMediaType(asText(asObject(request.postData).mimeType));
  return DATA_TYPE.test(answer) || (sent !== "" && DATA_TYPE.test(sent)) || (method !== "GET" && method !== "HEAD");
}

function pairsOf(list: unknown, isEncoded = false): Pair[] {
  return asArray(list).flatMap((raw) => {
    const { name, value } = asObject(raw);
    if (typeof name !== "string" || name === "") return [];
    const text = value === undefined || value === null ? "" : String(value);
    // Some browsers record the query as it was sent, others decoded.
    return [isEncoded ? { name: decode(name), value: decode(text) } : { name, value: text }];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function cookiesOf(request: JsonObject, headers: Pair[]): Pair[] {
  const header = headers
    .filter(({ name }) => name.toLowerCase() === "cookie")
    .flatMap(({ value = "" }) => value.split(";"));
  const pairs = header.map((part) => {
    const at = part.indexOf("=");
    return { name: part.slice(0, at).trim(), value: part.slice(at + 1).trim() };
  });
  return [...pairsOf(request.cookies), ...pairs].filter(({ name }) => name !== "");
}

function readBody(request: JsonObject, headers: Pair[]): Body | undefined {
  if (!isObject(request.postData)) return undefined;
  const { postData } = request;
  const header = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value;
  const text = asText(postData.text);
  const looksJson = /^\s*[{[]/.test(text ?? "");
  const declared = cleanMediaType(asText(postData.mimeType)) || cleanMediaType(header);
  // Browsers send JSON as text/plain to be spared a preflight.
  const mediaType =
    declared && !(declared === "text/plain" && looksJson) ? declared : looksJson ? "application/json" : declared;
  if (mediaType === "multipart/form-data" || mediaType === "application/x-www-form-urlencoded") {
    const params = asArray(postData.params).map(asObject);
    const fields =
      params.length > 0
        ? params.flatMap((param): Field[] => {
            const name = asText(param.name);
            if (!name) return [];
            const isFile = param.fileName !== undefined || param.contentType !== undefined;
            const value = asText(param.value);
            return [
              {
                name: decode(name),
                ...(value && !isFile ? { value: decode(value) } : {}),
                ...(isFile ? { isFile } : {}),
              },
            ];
          })
        : mediaType === "multipart/form-data"
          ? multipartFields(text ?? "")
          : parsePairs(text ?? "");
    return fields.length > 0 ? { kind: "fields", mediaType, fields } : undefined;
  }
  if (text === undefined) return undefined;
  if (mediaType === "") return { kind: "unknown", mediaType: "application/octet-stream" };
  return isJson(mediaType) || /^text\/|xml/.test(mediaType)
    ? { kind: "text", mediaType, text }
    : { kind: "unknown", mediaType };
}

/** Chrome records a multipart body as its text. */
function multipartFields(text: string): Field[] {
  return [
    ...text.matchAll(
      /content-disposition:\s*form-data;\s*name="([^"\r\n]+)"(;\s*filename=)?[^\r\n]*(?:\r?\n[^\r\n]+){0,8}\r?\n\r?\n([^\r\n]*)/gi,
    ),
  ].map(([, name = "", file, value = ""]) => (file ? { name, isFile: true } : { name, value }));
}

function readResponse(response: JsonObject, secrets: Secrets): Sample["responses"] {
  const status = Number(response.status);
  if (!Number.isInteger(status) || status < 200) return [];
  for (const { name, value } of pairsOf(response.cookies)) if (name) secrets.keep(value);
  const content = asObject(response.content);
  const mediaType = cleanMediaType(asText(content.mimeType));
  const raw = asText(content.text);
  const text = raw !== undefined && content.encoding === "base64" ? fromBase64(raw) : raw;
  const isEmpty = status === 204 || (raw === undefined && content.size === 0);
  return [
    {
      status,
      mediaType: isEmpty || mediaType === "x-unknown" ? "" : mediaType,
      ...(text === undefined ? {} : { text }),
    },
  ];
}

function fromBase64(text: string): string {
  return Buffer.from(text.slice(0, 4_000_000), "base64").toString("utf8");
}
