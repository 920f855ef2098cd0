type Headers = Record<string, string | undefined>;

/** A header without optional whitespace around it (RFC 9110 §5.5); absent when missing or empty. */
export function headerValue(headers: Headers, name: string): string | undefined {
  return headers[name]?.trim() || undefined;
}

/** Whether the media type is exactly `application/json`; parameters such as a charset are allowed. */
export function isJsonContentType(contentType: string | undefined): boolean {
  return contentType === "application/json" || essence(contentType ?? "") === "application/json";
}

interface Accepted {
  streamOnly: boolean;
  stream: boolean;
}

/** Clients send the same few lines over and over. */
const ACCEPTS_MAX = 200;
const ACCEPT_CHARS_MAX = 200;
const accepts = new Map<string, Accepted>();

function acceptedOf(accept: string): Accepted {
  const known = accepts.get(accept);
  if (known) return known;
  const read = { streamOnly: namesStreamAlone(accept), stream: namesStream(accept) };
  if (accept.length > ACCEPT_CHARS_MAX) return read;
  if (accepts.size >= ACCEPTS_MAX) accepts.clear();
  accepts.set(accept, read);
  return read;
}

/**
 * Whether the client takes nothing but an event stream. The specification asks for both types, but clients send
 * any type, JSON alone or nothing, so everything else is answered with JSON.
 */
export function wantsEventStream(accept: string | undefined): boolean {
  return accept !== undefined && acceptedOf(accept).streamOnly;
}

function namesStreamAlone(accept: string): boolean {
  let takesStream = false;
  for (const range of accept.split(",")) {
    const type = essence(range);
    if (isRefused(range)) continue;
    if (type === "*/*" || type === "application/*" || type === "application/json") return false;
    if (type === "text/event-stream" || type === "text/*") takesStream = true;
  }
  return takesStream;
}

/** Whether an event stream may be answered: clients of both eras name it, probes say any type. */
export function takesEventStream(accept: string | undefined): boolean {
  return accept !== undefined && acceptedOf(accept).stream;
}

function namesStream(accept: string): boolean {
  return accept.split(",").some((range) => essence(range) === "text/event-stream" && !isRefused(range));
}

const SENTINEL = /^=\?base64\?(.*)\?=$/s;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A mirrored header (`Mcp-Name`) as the value it stands for: values that a header cannot carry come as
 * `=?base64?…?=` (MCP 2026-07-28, transports). Undefined when the sentinel holds no canonical base64 of UTF-8.
 */
export function decodeMirroredValue(value: string): string | undefined {
  const payload = value.startsWith("=?") ? SENTINEL.exec(value)?.[1] : undefined;
  if (payload === undefined) return value;
  if (!BASE64.test(payload)) return undefined;
  try {
    return utf8.decode(Buffer.from(payload, "base64"));
  } catch {
    return undefined;
  }
}

function essence(value: string): string {
  const end = value.indexOf(";");
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

function isRefused(range: string): boolean {
  return /;\s*q=0(?:\.0*)?\s*(?:;|$)/i.test(range);
}
