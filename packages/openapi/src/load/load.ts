import { asObject, asText } from "../json.ts";
import { cleanText } from "../transform/text.ts";
import type { Diagnostic, Document, FetchLike, LoadLimits, Source } from "../types.ts";
import { decodeText } from "./decode.ts";
import { fetchBytes, loadExternal } from "./external.ts";
import { measure } from "./measure.ts";
import { parseText } from "./parse.ts";
import { recognize } from "./recognize.ts";

export type Loaded = { ok: true; document: Document } | { ok: false; diagnostics: Diagnostic[] };

export const LOAD_LIMITS: LoadLimits = {
  documentBytesMax: 20 * 1024 * 1024,
  externalBytesMax: 20 * 1024 * 1024,
  externalFilesMax: 200,
  depthMax: 100,
  nodesMax: 5_000_000,
  yamlAliasesMax: 10_000,
  externalOrigins: [],
};

const TITLE_CHARS_MAX = 200;
const DESCRIPTION_CHARS_MAX = 10_000;

/**
 * Parses an API description from a URL or from text. Never throws for bad input: a refused document is a value.
 * The network is used only through `io.fetch`, for the URL itself and for relative `$ref`s beside it.
 */
export async function load(
  source: Source,
  io: { fetch?: FetchLike; limits?: Partial<LoadLimits>; signal?: AbortSignal } = {},
): Promise<Loaded> {
  const limits = { ...LOAD_LIMITS, ...io.limits };
  try {
    return await loadWithin(source, { ...io, limits });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refuse("unreadable_document", `The document could not be read: ${message.slice(0, 160)}`);
  }
}

async function loadWithin(
  source: Source,
  io: { fetch?: FetchLike; limits: LoadLimits; signal?: AbortSignal },
): Promise<Loaded> {
  const read = await readSource(source, io);
  if (!read.ok) return refuse(read.code, read.message);
  const text = decodeText(read.content);
  if (text === undefined) return refuse("not_text", "The file is not text; an OpenAPI document is JSON or YAML.");
  const parsed = parseText(text, io.limits);
  if (!parsed.ok) return refuse(parsed.code, parsed.message);
  const tooBig = measure(parsed.value, io.limits);
  if (tooBig) return refuse(tooBig.code, tooBig.message);
  const recognized = recognize(parsed.value);
  if (!recognized.ok) return refuse("not_an_api_description", recognized.message);

  const external = await loadExternal(recognized.root, read.url, io);
  const info = asObject(recognized.root.info);
  const description = asText(info.description);
  return {
    ok: true,
    document: {
      title: cleanText(String(info.title ?? "")).slice(0, TITLE_CHARS_MAX) || "Untitled API",
      version: cleanText(String(info.version ?? "")).slice(0, 60),
      ...(description ? { description: cleanText(description).slice(0, DESCRIPTION_CHARS_MAX) } : {}),
      format: recognized.format,
      syntax: parsed.syntax,
      ...(read.url === undefined ? {} : { url: read.url }),
      root: recognized.root,
      files: external.files,
      diagnostics: external.diagnostics,
    },
  };
}

type Read = { ok: true; content: string | Uint8Array; url?: string } | { ok: false; code: string; message: string };

async function readSource(
  source: Source,
  io: { fetch?: FetchLike; limits: LoadLimits; signal?: AbortSignal },
): Promise<Read> {
  const { documentBytesMax } = io.limits;
  if ("content" in source) {
    const bytes = typeof source.content === "string" ? Buffer.byteLength(source.content) : source.content.length;
    if (bytes > documentBytesMax) {
      return {
        ok: false,
        code: "document_too_large",
        message: `The document is larger than ${documentBytesMax} bytes.`,
      };
    }
    return { ok: true, content: source.content, ...(source.url === undefined ? {} : { url: source.url }) };
  }
  const url = httpUrl(source.url);
  if (url === undefined) {
    return {
      ok: false,
      code: "invalid_url",
      message: "The address must start with https:// or http:// and hold no password.",
    };
  }
  if (!io.fetch)
    return { ok: false, code: "fetch_unavailable", message: "Importing from an address is not possible here." };
  const fetched = await fetchBytes(url, io.fetch, documentBytesMax, io.signal);
  if (!fetched.ok)
    return { ok: false, code: "fetch_failed", message: `The document could not be used: ${fetched.message}` };
  return { ok: true, content: fetched.bytes, url: fetched.url };
}

function httpUrl(text: string): string | undefined {
  try {
    const url = new URL(text);
    const isHttp = url.protocol === "https:" || url.protocol === "http:";
    return isHttp && url.username === "" && url.password === "" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function refuse(code: string, message: string): Loaded {
  return { ok: false, diagnostics: [{ code, severity: "error", pointer: "", message }] };
}
