import { isAscii } from "node:buffer";

/**
 * Text of a document: byte order marks and UTF-16 (with or without a mark) are understood.
 * Returns undefined for bytes that are not text.
 */
export function decodeText(content: string | Uint8Array): string | undefined {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  const encoding = detectEncoding(content);
  if (encoding === "utf-8" && isAscii(content) && !content.includes(0))
    // One byte a character, without looking at each again.
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(content);
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}

function detectEncoding(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  // A document starts with an ASCII character, so a zero beside it tells the width and order.
  if (a !== undefined && a !== 0 && b === 0) return "utf-16le";
  if (a === 0 && b !== undefined && b !== 0) return "utf-16be";
  return "utf-8";
}
