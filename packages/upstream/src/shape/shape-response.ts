import { STATUS_CODES } from "node:http";
import type { Tool } from "@portico/openapi";
import { isEmpty, isObject } from "../json.ts";
import type { Page } from "../request/page.ts";
import type { ContentBlock, OutputBudget, ToolResult, UpstreamResponse } from "../types.ts";
import { fitAnswer, shapeFields } from "./apply-shape.ts";
import { type Content, contentOf, isHtml, isJson, isUtf8Whole, isXml, mediaType } from "./decode.ts";
import { shapeError } from "./error.ts";
import { beginList, howToGoOn } from "./go-on.ts";
import { htmlToText } from "./html.ts";
import { fileName, type Leftover } from "./leftover.ts";
import { isJsonLines, parseJsonLines } from "./lines.ts";
import { maskBytes, maskSecrets } from "./mask.ts";
import { mayHoldLongNumber, parseJson } from "./parse-json.ts";
import { broken, type Came } from "./promise.ts";
import { isRows, wholeRows } from "./rows.ts";
import { isTooDeep, type Shrunk } from "./shrink.ts";
import { xmlToJson } from "./xml.ts";

/** About 25,000 tokens: what clients take before they cut or refuse. */
export const OUTPUT_BUDGET: OutputBudget = { textCharsMax: 100_000, binaryBytesMax: 1_500_000, arrayItemsMax: 1_000 };

export interface Sent {
  /** Secret values of the request, hidden wherever the API echoes them. */
  secrets?: readonly string[];
  missingCredentials?: readonly string[];
  /** Which page was asked for, where the tool pages with a cursor of ours. */
  page?: Page | undefined;
}

export interface Shaped {
  /** Complete as it is, when nobody keeps the leftover. */
  result: ToolResult;
  leftover?: Leftover;
  /** How the answer differs from what the document promises. */
  diagnostic?: string;
  /** The JSON value that the result shows. */
  value?: unknown;
}

type Shapable = Pick<Tool, "plan" | "outputSchema" | "name" | "shape" | "widget">;

/** One answer on its way, with what shaping it takes into account. */
interface Answer {
  tool: Shapable;
  response: UpstreamResponse;
  budget: OutputBudget;
  secrets: readonly string[];
  page?: Page | undefined;
}

/**
 * An API's answer as a tool result within a budget. JSON, JSON lines and XML become compact text and `structuredContent`
 * (an object; lists and scalars stand under `result`), pages become readable text, tables keep whole rows, pictures and
 * sounds become blocks, other bytes a resource and a leftover to be linked; 4xx and 5xx become `isError` with the API's
 * own words. A tool with an output schema always gets `structuredContent`, unless `isError`.
 */
export function shapeResponse(
  tool: Shapable,
  response: UpstreamResponse,
  budget: Partial<OutputBudget> = {},
  sent: Sent = {},
): Shaped {
  const secrets = sent.secrets ?? [];
  if (response.status >= 300) return { result: shapeError(response, sent.missingCredentials ?? [], secrets) };
  const answer: Answer = { tool, response, budget: { ...OUTPUT_BUDGET, ...budget }, secrets, page: sent.page };
  if (tool.plan.method === "HEAD") return { result: shapeHeaders(answer) };
  if (response.body.length === 0) return shapeEmpty(answer);
  const shaped = shapeBeginning(answer) ?? shapeWhole(answer);
  return secrets.length === 0 ? shaped : { ...shaped, result: hide(shaped.result, secrets) };
}

/** More bytes than this a character never has. */
const UTF8_BYTES_MAX = 4;
/** Read beyond what is shown, so that no secret is cut in two where showing ends. */
const BEYOND_BYTES = 64 * 1024;

/**
 * An answer that was too long to be read to its end: its beginning becomes text, and the rest is kept as it came, without a
 * copy. Undefined where all of it has to be looked at.
 */
function shapeBeginning(answer: Answer): Shaped | undefined {
  const { tool, response, budget, secrets } = answer;
  const bytes = budget.textCharsMax * UTF8_BYTES_MAX + BEYOND_BYTES;
  if (!response.truncated || response.body.length <= 2 * bytes || picksFields(answer)) return undefined;
  const { type, text } = contentOf({ ...response, body: response.body.subarray(0, bytes) });
  if (text === undefined || isHtml(type) || isRows(type) || isJsonLines(type) || !isUtf8Whole(response))
    return undefined;
  const { shown, note = "" } = cutText(maskSecrets(text, secrets), budget, response);
  const leftover = leftoverOf(answer, maskBytes(response.body, secrets), type || "text/plain");
  const shaped = { result: { content: [block(shown), block(note)], ...structured(tool, { result: shown }) }, leftover };
  const diagnostic = isStructured(type)
    ? undefined
    : broken(tool, { as: "other", type, declared: mediaType(response) });
  return diagnostic === undefined ? shaped : { ...shaped, diagnostic };
}

function shapeWhole(answer: Answer): Shaped {
  const content = contentOf(answer.response);
  return content.text === undefined ? shapeBinary(answer, content.type) : shapeText(answer, content);
}

function shapeText(answer: Answer, { type, text: decoded = "" }: Content): Shaped {
  const { response, secrets } = answer;
  const text = maskSecrets(decoded, secrets);
  const value = parseText(type, text, response.truncated);
  const isJsonValue = value !== undefined && (value.from === "json" || (value.from === "lines" && isJson(type)));
  const came: Came = isJsonValue
    ? { as: "json", value: value.value }
    : { as: "other", type, declared: mediaType(response) };
  // What was not read to its end is no value, and nobody's broken promise.
  const diagnostic = response.truncated && isStructured(type) ? undefined : broken(answer.tool, came);
  if (!value && picksFields(answer) && (isStructured(type) || looksJson(text)))
    return unshaped(response.truncated ? "it was too large to be read to its end" : `it is no ${type || "JSON"}`);
  if (!value && answer.page?.shown) return listGone();
  const shaped = value ? shapeValue(answer, value, text, type) : shapeProse(answer, text, type);
  return diagnostic === undefined ? shaped : { ...shaped, diagnostic };
}

function isStructured(type: string): boolean {
  return isJson(type) || isXml(type) || isJsonLines(type);
}

interface Parsed {
  value: unknown;
  from: "json" | "lines" | "xml";
  /** The text has no number that the value has as a text. */
  isAsWritten?: boolean;
}

/** The value that a text stands for, if it stands for one. */
function parseText(type: string, text: string, isCut: boolean): Parsed | undefined {
  if (isJsonLines(type)) {
    const values = parseJsonLines(text, isCut);
    return values && { value: values, from: "lines" };
  }
  if (isXml(type) || (type === "text/plain" && text.startsWith("<?xml"))) {
    const value = isCut ? undefined : xmlToJson(text);
    return value && { value, from: "xml" };
  }
  if (isCut || !(isJson(type) || type === "" || looksJson(text))) return undefined;
  const parsed = parseJson(text);
  if (parsed) return { value: parsed.value, from: "json", isAsWritten: parsed.isAsWritten };
  const values = looksJson(text) ? parseJsonLines(text, false) : undefined;
  return values && { value: values, from: "lines" };
}

function looksJson(text: string): boolean {
  return /^\s*[[{]/.test(text.slice(0, 100));
}

/** Whether fields are left out on purpose: then no answer is shown as it came. */
function picksFields({ tool: { shape } }: Answer): boolean {
  return shape !== undefined && (shape.expression ?? shape.keep ?? shape.drop) !== undefined;
}

function shapeValue(answer: Answer, parsed: Parsed, source: string, type: string): Shaped {
  const { tool, budget } = answer;
  const { shape } = tool;
  const masked = maskedValue(answer, parsed, source);
  let { value, known } = masked;
  let diagnostic: string | undefined;
  if (shape) {
    const shaped = shapeFields(value, shape, source.length);
    if ("problem" in shaped) return unshaped(shaped.problem);
    if (shaped.value !== value) {
      if (isEmpty(shaped.value) && !isEmpty(value)) diagnostic = NOTHING_LEFT;
      value = shaped.value;
      known = undefined;
    }
  }
  const whole = value;
  const begun = answer.page && beginList(value, answer.page.shown);
  if (begun === "gone") return listGone();
  if (begun && begun.value !== value) {
    value = begun.value;
    known = undefined;
  }
  const shrunk = fitAnswer(value, budget, { shape, known, list: begun?.list });
  if (!shrunk) return shape ? unshaped(TOO_DEEP) : shapeProse(answer, source, type);
  const { next, more } = howToGoOn(answer, masked.value, shrunk, begun);
  const notes = [diagnostic, shrunk.note, begun?.note, more].filter((note) => note !== undefined);
  const isJsonText = (shape?.format ?? "json") === "json";
  // What was left out on purpose is not given away with the rest.
  const leftover = () => {
    if (whole !== masked.value) return textLeftover(answer, JSON.stringify(whole), "application/json");
    return masked.isWritten && known !== undefined
      ? textLeftover(answer, known, "application/json")
      : textLeftover(answer, source, type || "application/json");
  };
  return {
    result: {
      content: [block(shrunk.text), ...notes.map(block)],
      // Who reads the text needs no second copy of it; a widget is drawn from nothing else.
      ...(isJsonText
        ? structuredOf(shrunk, next, parsed.isAsWritten === true && shrunk.text === source)
        : tool.widget
          ? { structuredContent: objectOf(shrunk.value) }
          : {}),
    },
    value: shrunk.value,
    // What is left of the list alone was kept when the first of it was shown.
    ...(shrunk.note === undefined && (!shrunk.left || answer.page?.shown) ? {} : { leftover: leftover() }),
    ...(diagnostic === undefined ? {} : { diagnostic }),
  };
}

/** The answer is not what it was when the cursor was made. */
function listGone(): Shaped {
  const text = "The answer has no list any more where the cursor points to. Call again without it, to begin anew.";
  return { result: { content: [block(text)], isError: true } };
}

interface Masked {
  value: unknown;
  /** The value as JSON on one line, where that is known. */
  known: string | undefined;
  /** `known` was written, because the source holds a secret. */
  isWritten: boolean;
}

/** An escape can spell a secret that masking the text did not see. */
function maskedValue({ secrets }: Answer, { value, from }: Parsed, source: string): Masked {
  // Text without line breaks is compact already; writing it again would only cost time.
  const known = from !== "json" || source.includes("\n") ? undefined : source;
  if (
    secrets.length === 0 ||
    !(from !== "json" || (source.includes("\\") && /\\[u/]/.test(source))) ||
    isTooDeep(value)
  )
    return { value, known, isWritten: false };
  const plain = JSON.stringify(value);
  const text = maskSecrets(plain, secrets);
  if (text === plain) return { value, known: text, isWritten: false };
  return { value: JSON.parse(text), known: text, isWritten: true };
}

const TOO_DEEP = "it is nested too deep";
const NOTHING_LEFT = "The answer has none of the fields that are kept of it: the API may have changed.";

/** What should have been left out is not shown only because leaving it out failed. */
function unshaped(problem: string): Shaped {
  const text = `The API answered, but the answer could not be brought into the form that this tool gives it: ${problem}. Whoever runs the server can change that under Answer.`;
  const diagnostic = `The shape of the answer could not be applied: ${problem}`;
  return { result: { content: [block(text)], isError: true }, diagnostic };
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : { result: value };
}

/** Whole values were written already; what is cut has a text that is no JSON, and long numbers became texts. */
function structuredOf(
  { value, text, note, left }: Shrunk,
  next: string | undefined,
  isAsWritten: boolean,
): Pick<ToolResult, "structuredContent" | "structuredText"> {
  // Clients that show a model nothing but this have to be able to go on.
  if (next !== undefined) return { structuredContent: { ...objectOf(value), nextCursor: next } };
  const structuredContent = objectOf(value);
  if (note !== undefined || left !== undefined || text.includes("\r") || (!isAsWritten && mayHoldLongNumber(text)))
    return { structuredContent };
  return { structuredContent, structuredText: isObject(value) ? text : `{"result":${text}}` };
}

function shapeProse(answer: Answer, source: string, type: string): Shaped {
  const { tool, response, budget, secrets } = answer;
  // A reference such as &#115; can spell a secret that masking the page did not see.
  const text = isHtml(type) ? maskSecrets(htmlToText(source, response.url), secrets) : source;
  const { shown, note } = isRows(type) ? cutRows(text, budget, response) : cutText(text, budget, response);
  const content = [block(shown), ...(note === undefined ? [] : [block(note)])];
  return {
    result: { content, ...structured(tool, { result: shown }) },
    ...(note === undefined
      ? {}
      : { leftover: textLeftover(answer, text, isHtml(type) ? "text/plain" : type || "text/plain") }),
  };
}

function cutText(text: string, { textCharsMax }: OutputBudget, { truncated }: UpstreamResponse) {
  const isLong = text.length > textCharsMax;
  // Half a character is none.
  const shown = isLong ? text.slice(0, textCharsMax).replace(/[\ud800-\udbff]$/, "") : text;
  if (!isLong && !truncated) return { shown };
  const all = truncated ? "; the answer was too large to read whole" : ` of ${text.length}`;
  return { shown, note: `Shortened: the first ${shown.length} characters are shown${all}.` };
}

function cutRows(text: string, { textCharsMax }: OutputBudget, { truncated }: UpstreamResponse) {
  const { shown, left } = wholeRows(text, textCharsMax);
  if (left === 0 && !truncated) return { shown };
  const more = `${left}${truncated ? " and more" : " more"} rows are left out`;
  return { shown, note: `Shortened: ${more}. Ask for a page or a filter to see them.` };
}

function textLeftover(answer: Answer, text: string, type: string): Leftover {
  return leftoverOf(answer, Buffer.from(text, "utf8"), type);
}

/** `data`: text in UTF-8. */
function leftoverOf({ response, tool }: Answer, data: Uint8Array, type: string): Leftover {
  const mimeType = MEDIA_TYPE.test(type) ? type : "text/plain";
  return {
    data,
    mimeType: `${mimeType}; charset=utf-8`,
    name: fileName(response.headers, tool.name, mimeType),
    isShown: true,
    isCut: response.truncated,
  };
}

function shapeEmpty({ tool, response }: Answer): Shaped {
  const { location } = response.headers;
  const text = `Done: ${response.status} ${STATUS_CODES[response.status] ?? "OK"}, without content.${location ? ` Location: ${location.slice(0, 500)}` : ""}`;
  const diagnostic = broken(tool, { as: "nothing", status: response.status });
  const result = { content: [block(text)], ...structured(tool, { result: null }) };
  return diagnostic === undefined ? { result } : { result, diagnostic };
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

function shapeHeaders({ response, secrets }: Answer): ToolResult {
  const extra = Object.keys(response.headers).filter(
    (name) => name.startsWith("x-") && !/cookie|auth|token|key/.test(name),
  );
  const headers = Object.fromEntries(
    [...SHOWN_HEADERS, ...extra].flatMap((name) => {
      const value = response.headers[name];
      return value === undefined ? [] : [[name, maskSecrets(value, secrets)]];
    }),
  );
  const value = { status: response.status, headers };
  return { content: [block(JSON.stringify(value))], structuredContent: value };
}

/** What can stand in a header of ours. */
const MEDIA_TYPE = /^[\w.+-]{1,80}\/[\w.+-]{1,100}$/;

/** Formats that models look at; others only confuse or break clients. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function shapeBinary(answer: Answer, type: string): Shaped {
  const { tool, response, budget, secrets } = answer;
  const declared = mediaType(response);
  const diagnostic = broken(tool, { as: "other", type, declared });
  const noted = diagnostic === undefined ? {} : { diagnostic };
  const mimeType = MEDIA_TYPE.test(type) ? type : "application/octet-stream";
  const described = `${type || "binary data"}, ${response.bytes} bytes${response.truncated ? " or more" : ""}`;
  const summary = structured(tool, { result: { contentType: type, bytes: response.bytes } });
  const tooLarge = { content: [block(`The answer is ${described}, too large to pass on.`)], ...summary };
  if (response.truncated) return { result: tooLarge, ...noted };
  const isInline = response.body.length <= budget.binaryBytesMax;
  const kind = IMAGE_TYPES.has(type) ? "image" : type.startsWith("audio/") ? "audio" : undefined;
  if (kind && isInline) {
    return { result: { content: [{ type: kind, data: base64(response.body), mimeType }], ...summary }, ...noted };
  }
  const data = maskBytes(response.body, secrets);
  const name = maskSecrets(fileName(response.headers, tool.name, mimeType), secrets);
  const resource: ContentBlock = {
    type: "resource",
    resource: { uri: `portico://answer/${tool.name}`, mimeType, blob: isInline ? base64(data) : "" },
  };
  return {
    result: isInline ? { content: [resource], ...summary } : tooLarge,
    leftover: { data, mimeType, name, isShown: false, isCut: false },
    ...noted,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** A client that was promised structured content refuses an answer without it. */
function structured(tool: Shapable, value: Record<string, unknown>): { structuredContent?: Record<string, unknown> } {
  return tool.outputSchema === undefined ? {} : { structuredContent: value };
}

function block(text: string): ContentBlock {
  return { type: "text", text };
}

/** The last look: whatever way a text took, no secret leaves in it. */
function hide(result: ToolResult, secrets: readonly string[]): ToolResult {
  if (secrets.length === 0) return result;
  const content = result.content.map(
    (item): ContentBlock => (item.type === "text" ? { ...item, text: maskSecrets(item.text, secrets) } : item),
  );
  return { ...result, content };
}
