import { STATUS_CODES } from "node:http";
import { isObject } from "../json.ts";
import type { ToolResult, UpstreamResponse } from "../types.ts";
import { mediaType, textOf } from "./decode.ts";
import { parseJson } from "./parse-json.ts";

const DETAIL_CHARS_MAX = 2_000;
const FIELDS_MAX = 10;

/** An answer of 4xx or 5xx (or an unfollowed redirect) as a result that tells a model what to change. */
export function shapeError(response: UpstreamResponse, missingCredentials: readonly string[]): ToolResult {
  const { status, headers } = response;
  const text = textOf(response) ?? "";
  const parsed = text === "" ? undefined : parseJson(text)?.value;
  const said = isObject(parsed)
    ? messageIn(parsed)
    : mediaType(response) === "text/html"
      ? htmlText(text)
      : isObject(parsed)
        ? ""
        : text.trim();
  const lines = [
    `The API answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd() +
      (said ? `: ${said.slice(0, DETAIL_CHARS_MAX)}` : "."),
  ];
  lines.push(...fieldProblems(parsed));
  const advice = adviceFor(status, headers, missingCredentials);
  if (advice) lines.push(advice);
  if (parsed !== undefined && !covers(said, parsed)) lines.push(JSON.stringify(parsed).slice(0, DETAIL_CHARS_MAX));
  return { content: [{ type: "text", text: lines.join("\n") }], isError: true };
}

function adviceFor(status: number, headers: Record<string, string>, missing: readonly string[]): string | undefined {
  if ((status === 401 || status === 403) && missing.length > 0) {
    return `No credential is set for ${missing.join(" and ")}. It has to be added in the settings of this server; it cannot be passed as an argument.`;
  }
  if (status === 401)
    return "The credential that this server uses was not accepted. It has to be renewed in the settings of this server.";
  const after = headers["retry-after"];
  if (after !== undefined && /^[\w ,:+-]{1,40}$/.test(after))
    return `Retry after ${/^\d+$/.test(after) ? `${after} seconds` : after}.`;
  if (status === 429) return "Too many calls; wait before trying again.";
  if (status >= 300 && status < 400) return "The API redirects elsewhere, which is not followed for this call.";
  return undefined;
}

const MESSAGE_KEYS = [
  "message",
  "detail",
  "error_description",
  "error_message",
  "errorMessage",
  "description",
  "title",
  "reason",
  "msg",
  "error",
  "code",
];

/** The sentence meant for a reader, wherever APIs put it (RFC 9457 `detail`, `error.message`, …). */
function messageIn(body: { [key: string]: unknown }, depth = 0): string {
  for (const key of MESSAGE_KEYS) {
    const value = body[key];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (isObject(value) && depth < 3) {
      const inner = messageIn(value, depth + 1);
      if (inner !== "") return inner;
    }
  }
  const errors = body.errors ?? body.error;
  const first = Array.isArray(errors) ? errors[0] : undefined;
  if (typeof first === "string") return first;
  return isObject(first) && depth < 3 ? messageIn(first, depth + 1) : "";
}

/** `errors: [{field, message}]`, `errors: {field: [message]}`, FastAPI's `detail: [{loc, msg}]`. */
function fieldProblems(body: unknown): string[] {
  if (!isObject(body)) return [];
  const nested = isObject(body.error) ? body.error : {};
  const list = [
    body.errors,
    body.detail,
    body.details,
    body["invalid-params"],
    body.invalid_params,
    nested.errors,
    nested.details,
  ].find((value) => typeof value === "object" && value !== null);
  const lines: string[] = [];
  if (Array.isArray(list)) {
    for (const item of list.filter(isObject)) {
      const field =
        item.field ??
        item.param ??
        item.pointer ??
        item.path ??
        item.name ??
        (Array.isArray(item.loc) ? item.loc.join(".") : undefined) ??
        (isObject(item.source) ? (item.source.pointer ?? item.source.parameter) : undefined);
      const message = messageIn(item);
      if (typeof field === "string" && message !== "") lines.push(`- ${field}: ${message}`);
    }
  } else if (isObject(list)) {
    for (const [field, value] of Object.entries(list)) {
      const messages = [value].flat().filter((item) => typeof item === "string");
      if (messages.length > 0) lines.push(`- ${field}: ${messages.join("; ")}`);
    }
  }
  return lines.slice(0, FIELDS_MAX).map((line) => line.slice(0, 300));
}

/** A body that says nothing but the message need not be repeated. */
function covers(said: string, body: unknown): boolean {
  return (
    said !== "" &&
    isObject(body) &&
    Object.keys(body).length === 1 &&
    !Object.values(body).some((value) => typeof value === "object")
  );
}

function htmlText(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(html.slice(0, 20_000))?.[1]?.trim();
  if (title) return title;
  return html
    .slice(0, 20_000)
    .replace(/<(script|style)\b[^>]*>[^<]*/gi, " ")
    .replace(/<[^>]{0,500}>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
