type Headers = Record<string, string | undefined>;

/** A header without optional whitespace around it (RFC 9110 §5.5); absent when missing or empty. */
export function headerValue(headers: Headers, name: string): string | undefined {
  return headers[name]?.trim() || undefined;
}

/** Whether the media type is exactly `application/json`; parameters such as a charset are allowed. */
export function isJsonContentType(contentType: string | undefined): boolean {
  return essence(contentType ?? "") === "application/json";
}

/**
 * Whether the client takes nothing but an event stream. The specification asks for both types, but clients send
 * any type, JSON alone or nothing, so everything else is answered with JSON.
 */
export function wantsEventStream(accept: string | undefined): boolean {
  if (accept === undefined) return false;
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
  return accept?.split(",").some((range) => essence(range) === "text/event-stream" && !isRefused(range)) === true;
}

const SENTINEL = /^=\?base64\?(.*)\?=$/s;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A mirrored header (`Mcp-Name`) as the value it stands for: values that a header cannot carry come as
 * `=?base64?…?=` (MCP 2026-07-28, transports). Undefined when the sentinel holds no canonical base64 of UTF-8.
 */
export function decodeMirroredValue(value: string): string | undefined {
  const payload = SENTINEL.exec(value)?.[1];
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
