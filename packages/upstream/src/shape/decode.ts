import { isUtf8 } from "node:buffer";
import type { UpstreamResponse } from "../types.ts";
import { sniff } from "./sniff.ts";

/** What an answer is: text that can be shown, or bytes. `type` is what it proved to be, not what it was said to be. */
export type Content = { type: string; text: string } | { type: string; text?: undefined };

/** `text/HTML; charset=utf-8` to `text/html`. */
export function mediaType(response: UpstreamResponse): string {
  const declared = response.headers["content-type"] ?? "";
  const end = declared.search(/[;,]/);
  return (end < 0 ? declared : declared.slice(0, end)).trim().toLowerCase();
}

/**
 * An answer's media type and text. Bytes that prove their type win over what the header says; text is decoded in the
 * charset of its byte order mark, its header or its own declaration, in that order.
 */
export function contentOf(response: UpstreamResponse): Content {
  const declared = mediaType(response);
  const { body } = response;
  // The hot path: nothing to find out.
  if (isJson(declared) && startsJson(body)) return { type: declared, text: decode(response, declared) };
  const proven = sniff(body);
  if (proven !== undefined) return { type: moreExact(declared, proven) };
  const bom = bomOf(body);
  if (isTextual(declared)) {
    const text = decode(response, declared);
    return bom === undefined && text.slice(0, 1_000).includes("\u0000")
      ? { type: "application/octet-stream" }
      : { type: declared, text };
  }
  if (/^(image|audio|video|font)\//.test(declared)) return { type: declared };
  if (declared !== "" && !isVague(declared) && isBinaryFamily(declared)) return { type: declared };
  if (bom === undefined && !isPlainText(body, response.truncated)) return { type: declared };
  const text = decode(response, declared);
  return { type: isVague(declared) ? typeOfText(text) : declared, text };
}

export function isJson(type: string): boolean {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

export function isXml(type: string): boolean {
  return /[/+]xml$/.test(type) && type !== "application/xhtml+xml" && type !== "image/svg+xml";
}

export function isHtml(type: string): boolean {
  return type === "text/html" || type === "application/xhtml+xml";
}

function isTextual(type: string): boolean {
  return (
    type.startsWith("text/") ||
    isJson(type) ||
    /[/+]xml$|ndjson|jsonl|json-?seq|json-lines|stream\+json|\/(x-)?ya?ml|[/+]yaml$|javascript|ecmascript|graphql|x-www-form-urlencoded|\/csv|\/sql|toml/.test(
      type,
    )
  );
}

/** Types that servers give to whatever they know nothing about. */
function isVague(type: string): boolean {
  return (
    type === "" ||
    !type.includes("/") ||
    /^(application|binary)\/(octet-stream|x-download|force-download|unknown)$/.test(type)
  );
}

function isBinaryFamily(type: string): boolean {
  return /\/(pdf|zip|gzip|x-tar|x-7z|x-rar|protobuf|x-protobuf|wasm|vnd\.(ms-|openxml|oasis))/.test(type);
}

/** A ZIP that says it is a spreadsheet is one; a picture is what its bytes say. */
function moreExact(declared: string, proven: string): string {
  const isPacked = proven === "application/zip" || proven === "application/gzip";
  return isPacked && !isVague(declared) && !isTextual(declared) ? declared : proven;
}

function typeOfText(text: string): string {
  const start = text.slice(0, 500).trimStart().toLowerCase();
  if (/^[[{]/.test(start)) return "application/json";
  if (start.startsWith("<?xml")) return "application/xml";
  return /^<(!doctype html|html|head|body)\b/.test(start) ? "text/html" : "text/plain";
}

function startsJson(body: Uint8Array): boolean {
  const first = body[0];
  // { [ " t f n - digits and white space; UTF-16 has a NUL beside them.
  return (
    (first === 0x7b || first === 0x5b || first === 0x22 || first === 0x20 || first === 0x0a || first === 0x0d) &&
    body[1] !== 0
  );
}

const CHARSET = /charset\s*=\s*["']?\s*([\w.:-]{2,40})/i;

function decode({ headers, body, truncated }: UpstreamResponse, type: string): string {
  const bom = bomOf(body);
  const declared = headers["content-type"]?.includes("=") ? CHARSET.exec(headers["content-type"])?.[1] : undefined;
  if (bom === undefined && (declared === undefined ? isJson(type) && body[1] !== 0 : /^utf-?8$/i.test(declared)))
    return utf8(body);
  const charset =
    bom ?? declared ?? ownCharset(body, type) ?? (isUtf8(whole(body, truncated)) ? "utf-8" : "windows-1252");
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return utf8(body);
  }
}

function utf8(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}

function bomOf(body: Uint8Array): string | undefined {
  const [a, b, c] = body;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : undefined;
}

/** What a text says of itself: `<meta charset>`, `<?xml encoding?>`, or the NULs of UTF-16 around what has to be ASCII. */
function ownCharset(body: Uint8Array, type: string): string | undefined {
  if (body.length >= 4 && body.length % 2 === 0) {
    if (body[0] === 0 && body[1] !== 0 && body[2] === 0) return "utf-16be";
    if (body[0] !== 0 && body[1] === 0 && body[3] === 0) return "utf-16le";
  }
  const start = () => Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 2_048)).toString("latin1");
  if (isHtml(type)) return /<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(start())?.[1];
  if (/[/+]xml$/.test(type)) return /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})/i.exec(start())?.[1];
  return undefined;
}

function isPlainText(body: Uint8Array, isTruncated: boolean): boolean {
  return body.length > 0 && !body.subarray(0, 65_536).includes(0) && isUtf8(whole(body, isTruncated));
}

/** Whether the bytes of an answer are its text in UTF-8 already. */
export function isUtf8Whole({ body, truncated }: UpstreamResponse): boolean {
  return isUtf8(whole(body, truncated));
}

/** Without the character that reading cut in two. */
function whole(body: Uint8Array, isTruncated: boolean): Uint8Array {
  if (!isTruncated) return body;
  let end = body.length;
  while (end > 0 && body.length - end < 3 && ((body[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return body.subarray(0, Math.max(0, end - 1));
}
