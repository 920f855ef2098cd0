import { STATUS_CODES } from "node:http";
import type { Tool } from "@portico/openapi";
import { isObject } from "../json.ts";
import type { ContentBlock, OutputBudget, ToolResult, UpstreamResponse } from "../types.ts";
import { isJson, mediaType, textOf } from "./decode.ts";
import { shapeError } from "./error.ts";
import { maskSecrets } from "./mask.ts";
import { parseJson } from "./parse-json.ts";
import { shrinkJson } from "./shrink.ts";

/** About 25,000 tokens: what clients take before they cut or refuse. */
export const OUTPUT_BUDGET: OutputBudget = { textCharsMax: 100_000, binaryBytesMax: 1_500_000, arrayItemsMax: 1_000 };

export interface Sent {
  /** Secret values of the request, hidden wherever the API echoes them. */
  secrets?: readonly string[];
  missingCredentials?: readonly string[];
}

/**
 * An API's answer as a tool result within a budget. JSON becomes compact text and `structuredContent` (an
 * object; lists and scalars stand under `result`), binaries become image, audio or resource blocks, 4xx and 5xx
 * become `isError` with the API's own words.
 */
export function shapeResponse(
  tool: Pick<Tool, "plan" | "outputSchema" | "name">,
  response: UpstreamResponse,
  budget: Partial<OutputBudget> = {},
  sent: Sent = {},
): ToolResult {
  const result =
    response.status >= 300
      ? shapeError(response, sent.missingCredentials ?? [])
      : shapeSuccess(tool, response, { ...OUTPUT_BUDGET, ...budget }, sent.secrets ?? []);
  return hide(result, sent.secrets ?? []);
}

type Shapable = Pick<Tool, "plan" | "outputSchema" | "name">;

function shapeSuccess(
  tool: Shapable,
  response: UpstreamResponse,
  budget: OutputBudget,
  secrets: readonly string[],
): ToolResult {
  if (tool.plan.method === "HEAD") return shapeHeaders(response);
  if (response.body.length === 0) return shapeEmpty(tool, response);
  const type = mediaType(response);
  const decoded = textOf(response);
  if (decoded === undefined) return shapeBinary(tool, response, type, budget);
  const text = maskSecrets(decoded, secrets);
  const looksJson = isJson(type) || type === "" || /^\s*[[{]/.test(text.slice(0, 100));
  const parsed = looksJson && !response.truncated ? parseJson(text) : undefined;
  return parsed ? shapeJson(parsed.value, text, response, budget) : shapeText(tool, text, response, budget);
}

function shapeJson(value: unknown, text: string, response: UpstreamResponse, budget: OutputBudget): ToolResult {
  // Text without line breaks is compact already; writing it again would only cost time.
  const shrunk = shrinkJson(value, budget, text.includes("\n") ? undefined : text);
  const notes = [shrunk.note, pageNote(response)].filter((note) => note !== undefined);
  return {
    content: [block(shrunk.text), ...notes.map(block)],
    structuredContent: isObject(shrunk.value) ? shrunk.value : { result: shrunk.value },
  };
}

function shapeText(tool: Shapable, text: string, response: UpstreamResponse, budget: OutputBudget): ToolResult {
  const shown = text.slice(0, budget.textCharsMax);
  const isCut = response.truncated || shown.length < text.length;
  const note = isCut
    ? [
        block(
          `Shortened: the first ${shown.length} characters are shown${response.truncated ? "; the answer was too large to read whole" : ` of ${text.length}`}.`,
        ),
      ]
    : [];
  return { content: [block(shown), ...note], ...structured(tool, { result: shown }) };
}

function shapeEmpty(tool: Shapable, response: UpstreamResponse): ToolResult {
  const { location } = response.headers;
  const text = `Done: ${response.status} ${STATUS_CODES[response.status] ?? "OK"}, without content.${location ? ` Location: ${location.slice(0, 500)}` : ""}`;
  return { content: [block(text)], ...structured(tool, { result: null }) };
}

const SHOWN_HEADERS = [
  "content-type",
  "content-length",
  "last-modified",
  "etag",
  "location",
  "link",
  "cache-control",
  "expires",
  "accept-ranges",
  "allow",
];

function shapeHeaders(response: UpstreamResponse): ToolResult {
  const extra = Object.keys(response.headers).filter(
    (name) => name.startsWith("x-") && !/cookie|auth|token|key/.test(name),
  );
  const headers = Object.fromEntries(
    [...SHOWN_HEADERS, ...extra].flatMap((name) =>
      response.headers[name] === undefined ? [] : [[name, response.headers[name]]],
    ),
  );
  const value = { status: response.status, headers };
  return { content: [block(JSON.stringify(value))], structuredContent: value };
}

/** Formats that models look at; others only confuse or break clients. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function shapeBinary(tool: Shapable, response: UpstreamResponse, type: string, budget: OutputBudget): ToolResult {
  const described = `${type || "binary data"}, ${response.bytes} bytes${response.truncated ? " or more" : ""}`;
  const summary = { result: { contentType: type, bytes: response.bytes } };
  if (response.truncated || response.body.length > budget.binaryBytesMax) {
    return { content: [block(`The answer is ${described}, too large to pass on.`)], ...structured(tool, summary) };
  }
  const data = Buffer.from(response.body).toString("base64");
  const mimeType = type || "application/octet-stream";
  const content: ContentBlock = IMAGE_TYPES.has(type)
    ? { type: "image", data, mimeType }
    : type.startsWith("audio/")
      ? { type: "audio", data, mimeType }
      : { type: "resource", resource: { uri: `portico://answer/${tool.name}`, mimeType, blob: data } };
  return { content: [content], ...structured(tool, summary) };
}

/** A client that was promised structured content refuses an answer without it. */
function structured(tool: Shapable, value: Record<string, unknown>): { structuredContent?: Record<string, unknown> } {
  return tool.outputSchema === undefined ? {} : { structuredContent: value };
}

/** RFC 8288: the address of the next page is in a header that a model does not see. */
function pageNote(response: UpstreamResponse): string | undefined {
  const next = /<([^<>]{1,1000})>\s*;[^,]{0,200}\brel="?next"?/i.exec(
    (response.headers.link ?? "").slice(0, 4_000),
  )?.[1];
  return next === undefined ? undefined : `There is a next page: ${next}`;
}

function block(text: string): ContentBlock {
  return { type: "text", text };
}

function hide(result: ToolResult, secrets: readonly string[]): ToolResult {
  if (secrets.length === 0) return result;
  const content = result.content.map(
    (item): ContentBlock => (item.type === "text" ? { ...item, text: maskSecrets(item.text, secrets) } : item),
  );
  return { ...result, content };
}
