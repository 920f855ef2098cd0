import type { KeptLink, ToolResult } from "../types.ts";

/** What of an answer did not go into the result and can be kept elsewhere for a while. */
export interface Leftover {
  data: Uint8Array;
  mimeType: string;
  name: string;
  /** The result shows the beginning of it; otherwise it shows nothing but what it is. */
  isShown: boolean;
  /** Reading ended before the answer did. */
  isCut: boolean;
}

/**
 * The result with the way to what was left over. Bytes that cannot be shown become a link: as `resource_link` too, where
 * the client's revision has it (MCP 2025-06-18).
 */
export function withLink(
  result: ToolResult,
  leftover: Leftover,
  link: KeptLink,
  { hasResourceLinks, reader }: { hasResourceLinks: boolean; reader?: string | undefined },
): ToolResult {
  const { data, mimeType, name, isShown, isCut } = leftover;
  const size = sizeText(data.length);
  if ("refused" in link) return { ...result, content: [...result.content, { type: "text", text: link.refused }] };
  const place = `at ${link.url}, for ${link.minutes} minutes`;
  if (isShown) {
    const what = isCut ? `The first ${size} of the answer are` : `The whole answer (${size}) is`;
    const more = reader === undefined ? "" : ` Read any part of it, or search in it, with ${reader}.`;
    return { ...result, content: [...result.content, { type: "text", text: `${what} ${place}.${more}` }] };
  }
  const about: ToolResult["content"] = [
    { type: "text", text: `The answer is a file: ${name} (${mimeType}, ${size}). It can be downloaded ${place}.` },
  ];
  if (hasResourceLinks) about.push({ type: "resource_link", uri: link.url, name, mimeType, size: data.length });
  const { structuredContent } = result;
  return {
    ...result,
    content: about,
    ...(structuredContent
      ? { structuredContent: { result: { contentType: mimeType, bytes: data.length, name, url: link.url } } }
      : {}),
  };
}

/** Bytes as people say them. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const EXTENSIONS: Record<string, string> = {
  "application/pdf": "pdf",
  "application/zip": "zip",
  "application/gzip": "gz",
  "application/json": "json",
  "application/xml": "xml",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "text/csv": "csv",
  "text/html": "html",
  "text/plain": "txt",
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/tiff": "tiff",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
  "video/mp4": "mp4",
};
const NAME_CHARS_MAX = 100;

/** A name for a file: the one the API gives it, else the tool's. It is never a path and holds nothing invisible. */
export function fileName(headers: Record<string, string>, toolName: string, mimeType: string): string {
  const given = dispositionName(headers["content-disposition"] ?? "");
  if (given !== "") return given;
  const extension = EXTENSIONS[mimeType];
  return extension === undefined ? toolName : `${toolName}.${extension}`;
}

/** RFC 6266: `filename*` before `filename`. Empty when neither can be used. */
export function dispositionName(disposition: string): string {
  const text = disposition.slice(0, 1_000);
  const extended = /filename\*\s*=\s*(utf-8|iso-8859-1)'[^']{0,20}'([^\s;]{1,600})/i.exec(text);
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.){0,400})"|([^\s;"]{1,400}))/i.exec(text);
  const decoded = extended ? decodePercent(extended[2] ?? "") : undefined;
  return cleanName(decoded ?? (plain?.[1]?.replace(/\\(.)/g, "$1") || plain?.[2]) ?? "");
}

/** The last segment, without what is invisible, reserved or would hide the name's end. */
export function cleanName(name: string): string {
  const last = name.normalize("NFC").replace(/^.*[\\/]/s, "");
  const clean = last.replace(/[\p{C}"<>:|?*]/gu, "").replace(/^[\s.]+|[\s.]+$/g, "");
  if (clean.length <= NAME_CHARS_MAX) return clean;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? "";
  return `${clean.slice(0, NAME_CHARS_MAX - extension.length).toWellFormed()}${extension}`;
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
