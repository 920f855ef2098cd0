import { STATUS_CODES } from "node:http";
import { retryAfterSeconds } from "../egress/retry.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { ToolResult, UpstreamResponse } from "../types.ts";
import { type Content, contentOf, isHtml, isXml } from "./decode.ts";
import { htmlToText } from "./html.ts";
import { maskSecrets } from "./mask.ts";
import { parseJson } from "./parse-json.ts";
import { isTooDeep } from "./shrink.ts";
import { xmlToJson } from "./xml.ts";

const DETAIL_CHARS_MAX = 2_000;
const BODY_CHARS_MAX = 200_000;
const PAGE_CHARS_MAX = 300;
const FIELDS_MAX = 10;

/**
 * An answer of 4xx or 5xx (or an unfollowed redirect) as a result that tells a model what to change, in the API's own
 * words. When the API says how long to wait, `structuredContent.error.retryAfterSeconds` says it to programs.
 */
export function shapeError(
  response: UpstreamResponse,
  missingCredentials: readonly string[],
  secrets: readonly string[] = [],
): ToolResult {
  const { status, headers } = response;
  const content = response.body.length === 0 ? { type: "", text: "" } : contentOf(response);
  const body = (content.text ?? "").slice(0, BODY_CHARS_MAX);
  const parsed = parseBody(content.type, body);
  const said = isObject(parsed)
    ? messageIn(parsed)
    : typeof parsed === "string"
      ? parsed
      : proseOf(content, body, response.url);
  const lines = [
    `The API answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd() +
      (said ? `: ${said.slice(0, DETAIL_CHARS_MAX)}` : "."),
  ];
  lines.push(...fieldProblems(parsed));
  const advice = adviceFor(response, missingCredentials);
  if (advice) lines.push(advice);
  if (parsed !== undefined && !covers(said, parsed)) lines.push(JSON.stringify(parsed).slice(0, DETAIL_CHARS_MAX));
  const text = maskSecrets(lines.join("\n"), secrets);
  const seconds = retryAfterSeconds(headers);
  return {
    content: [{ type: "text", text }],
    ...(seconds === undefined
      ? {}
      : { structuredContent: { error: { status, retryAfterSeconds: seconds, message: text } } }),
    isError: true,
  };
}

function parseBody(type: string, body: string): unknown {
  if (body === "") return undefined;
  const value = isXml(type) || body.startsWith("<?xml") ? xmlToJson(body) : parseJson(body)?.value;
  return isTooDeep(value) ? undefined : value;
}

function proseOf({ type }: Content, body: string, url: string): string {
  if (!isHtml(type) && !/^\s*<(!doctype|html)\b/i.test(body.slice(0, 200))) return body.trim();
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(body.slice(0, 20_000))?.[1]?.trim();
  return (
    title ||
    htmlToText(body, url)
      .replace(/[#\s]+/g, " ")
      .trim()
      .slice(0, PAGE_CHARS_MAX)
  );
}

function adviceFor({ status, headers, url }: UpstreamResponse, missing: readonly string[]): string | undefined {
  if ((status === 401 || status === 403) && missing.length > 0) {
    return `No credential is set for ${missing.join(" and ")}. It has to be added in the settings of this server; it cannot be passed as an argument.`;
  }
  if (status === 401)
    return "The credential that this server uses was not accepted. It has to be renewed in the settings of this server.";
  const seconds = retryAfterSeconds(headers);
  if (seconds !== undefined) return `Retry after ${seconds} seconds.`;
  if (status === 429) return "Too many calls; wait before trying again.";
  if (status >= 300 && status < 400 && headers.location !== undefined)
    return `The API redirects${placeOf(headers.location, url)}, which is not followed for this call.`;
  return undefined;
}

/** Where a redirect leads, without a query: it may hold what only the next request should know. */
function placeOf(location: string, url: string): string {
  if (!URL.canParse(location, url)) return " elsewhere";
  const { origin, pathname } = new URL(location, url);
  return ` to ${`${origin}${pathname}`.slice(0, 300)}`;
}

/** Where APIs put the sentence that is meant for a reader, in lower case (RFC 9457 `detail`, `error.message`, …). */
const MESSAGE_KEYS = [
  "message",
  "detail",
  "error_description",
  "error_message",
  "errormessage",
  "description",
  "title",
  "reason",
  "msg",
  "error",
  "fault",
  "faultstring",
  "code",
];
const DEPTH_MAX = 4;

function messageIn(body: JsonObject, depth = 0): string {
  const values = lowered(body);
  for (const key of MESSAGE_KEYS) {
    const value = values.get(key);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (isObject(value) && depth < DEPTH_MAX) {
      const inner = messageIn(value, depth + 1);
      if (inner !== "") return inner;
    }
  }
  const errors = values.get("errors") ?? values.get("error");
  const first = Array.isArray(errors) ? errors[0] : undefined;
  if (typeof first === "string") return first;
  if (isObject(first) && depth < DEPTH_MAX) return messageIn(first, depth + 1);
  // An envelope with one thing in it, as in XML: <ErrorResponse><Error>…
  const only = Object.values(body).find(isObject);
  return only !== undefined && Object.keys(body).length <= 2 && depth < DEPTH_MAX ? messageIn(only, depth + 1) : "";
}

function lowered(body: JsonObject): Map<string, unknown> {
  return new Map(
    Object.entries(body)
      .slice(0, 100)
      .map(([key, value]) => [key.toLowerCase(), value]),
  );
}

/** Where APIs list what is wrong with which field, in lower case. */
const FIELD_LIST_KEYS = [
  "errors",
  "detail",
  "details",
  "invalid-params",
  "invalid_params",
  "invalidparams",
  "violations",
  "fielderrors",
  "field_errors",
  "fieldviolations",
  "validationerrors",
  "validation_errors",
  "issues",
];
const FIELD_KEYS = ["field", "param", "parameter", "pointer", "path", "propertypath", "property", "name", "loc"];

/**
 * `errors: [{field, message}]`, `errors: {field: [message]}`, FastAPI's `detail: [{loc, msg}]`, JSON:API's
 * `source.pointer`, Google's `fieldViolations`, Stripe's `error.param` and their kin, one line each.
 */
function fieldProblems(body: unknown): string[] {
  if (!isObject(body)) return [];
  const lines = new Set<string>();
  const nested = lowered(body).get("error");
  for (const holder of [body, nested].filter(isObject)) {
    const values = lowered(holder);
    for (const key of FIELD_LIST_KEYS) collect(values.get(key), lines, 0);
    const param = values.get("param");
    if (typeof param === "string" && param !== "") lines.add(`- ${param}: ${messageIn(holder)}`);
  }
  return [...lines].slice(0, FIELDS_MAX).map((line) => line.slice(0, 300));
}

function collect(list: unknown, lines: Set<string>, depth: number): void {
  if (lines.size > FIELDS_MAX || depth > 2) return;
  if (Array.isArray(list)) {
    for (const item of list.slice(0, 50).filter(isObject)) {
      const values = lowered(item);
      collect(values.get("fieldviolations"), lines, depth + 1);
      const source = values.get("source");
      const field = fieldOf(values) ?? (isObject(source) ? fieldOf(lowered(source)) : undefined);
      const message = messageIn(item);
      if (field !== undefined && message !== "") lines.add(`- ${field}: ${message}`);
    }
  } else if (isObject(list)) {
    for (const [field, value] of Object.entries(list).slice(0, 50)) {
      const messages = [value]
        .flat()
        .flatMap((item) => (isObject(item) ? messageIn(item) : typeof item === "string" ? item : []));
      if (messages.some((message) => message !== "")) lines.add(`- ${field}: ${messages.join("; ")}`);
    }
  }
}

function fieldOf(values: Map<string, unknown>): string | undefined {
  for (const key of FIELD_KEYS) {
    const value = values.get(key);
    if (typeof value === "string" && value !== "") return value;
    if (Array.isArray(value) && value.length > 0) return value.join(".");
  }
  return undefined;
}

/** A body that says nothing but the message need not be repeated. */
function covers(said: string, body: unknown): boolean {
  if (typeof body === "string") return true;
  return (
    said !== "" &&
    isObject(body) &&
    Object.keys(body).length === 1 &&
    !Object.values(body).some((value) => typeof value === "object")
  );
}
