import type { Converted } from "../convert/convert.ts";
import { isCurl, otherCommand } from "../convert/recognize.ts";
import { asObject, asText } from "../json.ts";
import { cleanText } from "../transform/text.ts";
import type {
  ConvertedFrom,
  Diagnostic,
  Document,
  FetchLike,
  JsonObject,
  LoadLimits,
  Source,
  SourceText,
} from "../types.ts";
import { decodeText } from "./decode.ts";
import { chooseEntry } from "./entry.ts";
import { type Archive, fetchBytes, loadExternal, megabytes } from "./external.ts";
import { measure, type Survey, surveyTree } from "./measure.ts";
import { parseText } from "./parse.ts";
import { positionAt, withPositions } from "./position.ts";
import { ACCEPTED, recognize } from "./recognize.ts";
import { isZip, unzip } from "./zip.ts";

export type Loaded = { ok: true; document: Document } | { ok: false; diagnostics: Diagnostic[] };

export const LOAD_LIMITS: LoadLimits = {
  documentBytesMax: 32 * 1024 * 1024,
  externalBytesMax: 32 * 1024 * 1024,
  externalFilesMax: 500,
  archiveBytesMax: 64 * 1024 * 1024,
  archiveFilesMax: 2_000,
  depthMax: 100,
  nodesMax: 5_000_000,
  yamlAliasesMax: 10_000,
  externalOrigins: [],
};

const TITLE_CHARS_MAX = 200;
const DESCRIPTION_CHARS_MAX = 10_000;
const LOGO_CHARS_MAX = 2_048;

/**
 * Parses an API description from a URL, a text or the bytes of a file, which may be a ZIP of many. Postman collections, HAR files and
 * curl command lines become an OpenAPI document first. Never throws for bad input: a refused document is a value.
 * The network is used only through `io.fetch`, for the URL itself and for `$ref`s to its origin or an allowed one.
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

interface Io {
  fetch?: FetchLike;
  limits: LoadLimits;
  signal?: AbortSignal;
}

async function loadWithin(source: Source, io: Io): Promise<Loaded> {
  const read = await readSource(source, io);
  if (!read.ok) return refuse(read.code, read.message);
  if (isZip(read.content)) return loadArchive(read.content, source.entry, read.url, io);
  return loadContent(read.content, { url: read.url, location: read.url }, io);
}

/** A document of many files: its references are read from the archive only. */
async function loadArchive(
  content: Uint8Array,
  wanted: string | undefined,
  url: string | undefined,
  io: Io,
): Promise<Loaded> {
  const unzipped = await unzip(content, io.limits);
  if (!unzipped.ok) return refuse(unzipped.code, unzipped.message);
  const chosen = await chooseEntry(unzipped.files, wanted, io.limits);
  if (!chosen.ok) return refuse(chosen.code, chosen.message, chosen.candidates);
  const archive = new Map([...unzipped.files].map(([path, bytes]) => [archiveUrl(path), bytes]));
  const entry = unzipped.files.get(chosen.path) as Uint8Array;
  if (entry.length > io.limits.documentBytesMax)
    return refuse("document_too_large", tooLarge(io.limits.documentBytesMax));
  return loadContent(entry, { url, location: archiveUrl(chosen.path), file: chosen.path }, { ...io, archive });
}

/** An address that leads nowhere but into the archive. */
function archiveUrl(path: string): string {
  return new URL(path.split("/").map(encodeURIComponent).join("/"), "zip:///").href;
}

async function loadContent(
  content: string | Uint8Array,
  { url, location, file }: { url: string | undefined; location: string | undefined; file?: string },
  io: Io & { archive?: Archive },
): Promise<Loaded> {
  const text = decodeText(content);
  if (text === undefined) return refuse("not_text", `The file is not text. ${ACCEPTED}`);
  const source = { text, ...(file === undefined ? {} : { file }) };
  const found = await readDocument(source, io.limits);
  if (!found.ok) return { ok: false, diagnostics: found.diagnostics };
  const external = found.convertedFrom
    ? { files: {}, diagnostics: found.diagnostics }
    : await loadExternal(found.root, location, io, found.survey);
  const info = asObject(found.root.info);
  const description = asText(info.description);
  const logo = logoOf(info);
  return {
    ok: true,
    document: {
      title: cleanText(String(info.title ?? "")).slice(0, TITLE_CHARS_MAX) || "Untitled API",
      version: cleanText(String(info.version ?? "")).slice(0, 60),
      ...(description ? { description: cleanText(description).slice(0, DESCRIPTION_CHARS_MAX) } : {}),
      ...(logo ? { logo } : {}),
      format: found.format,
      syntax: found.syntax,
      ...(found.convertedFrom ? { convertedFrom: found.convertedFrom } : {}),
      ...(url === undefined ? {} : { url }),
      ...(found.convertedFrom ? {} : { source }),
      root: found.root,
      files: external.files,
      diagnostics: external.diagnostics,
    },
  };
}

/** The logo that ReDoc and others show (`x-logo`). Only https: clients load no other, and it is they who load it. */
function logoOf(info: JsonObject): string | undefined {
  const url = asText(asObject(info["x-logo"]).url)?.trim();
  if (!url || url.length > LOGO_CHARS_MAX || !URL.canParse(url)) return undefined;
  const { protocol, username, password, href } = new URL(url);
  return protocol === "https:" && username === "" && password === "" ? href : undefined;
}

type Found =
  | {
      ok: true;
      root: JsonObject;
      format: Document["format"];
      syntax: Document["syntax"];
      convertedFrom?: ConvertedFrom;
      survey?: Survey;
      diagnostics: Diagnostic[];
    }
  | { ok: false; diagnostics: Diagnostic[] };

/** An OpenAPI document as it stands, or made of something else. */
async function readDocument(source: SourceText, limits: LoadLimits): Promise<Found> {
  const { text } = source;
  // Converters are loaded when they are needed: most documents are OpenAPI already.
  if (isCurl(text)) return converted((await import("../convert/curl.ts")).convertCurl(text), "curl", limits);
  const command = otherCommand(text);
  if (command)
    return refuseText(
      "not_an_api_description",
      `This is a ${command} command, which is not read. Copy the request as cURL (bash or cmd) instead.`,
    );
  const parsed = await parseText(text, limits);
  if (!parsed.ok) {
    const { code, message, offset } = parsed;
    return refuseText(code, message, offset === undefined ? {} : { position: positionAt(source, offset) });
  }
  const sized = sizeUp(parsed, limits);
  if (!sized.ok) return refuseText(sized.code, sized.message);
  const recognized = recognize(parsed.value);
  if (!recognized.ok) {
    const { message, pointer } = recognized;
    const refused = refuseText("not_an_api_description", message, pointer === undefined ? {} : { pointer });
    return { ok: false, diagnostics: await withPositions(refused.diagnostics, source) };
  }
  if (recognized.format === "postman") {
    const { convertPostman } = await import("../convert/postman.ts");
    return converted(convertPostman(recognized.root), "postman", limits);
  }
  if (recognized.format === "har") {
    const { convertHar } = await import("../convert/har.ts");
    return converted(convertHar(recognized.root), "har", limits);
  }
  return {
    ok: true,
    root: recognized.root,
    format: recognized.format,
    syntax: parsed.syntax,
    ...(sized.survey === undefined ? {} : { survey: sized.survey }),
    diagnostics: [],
  };
}

/** Refuses what is too deep or, through aliases, too much. YAML may share parts, so it needs the longer way. */
function sizeUp(
  { value, syntax }: { value: unknown; syntax: Document["syntax"] },
  limits: LoadLimits,
): { ok: true; survey?: Survey } | { ok: false; code: string; message: string } {
  if (syntax === "json" && value !== null && typeof value === "object") return surveyTree(value, limits);
  const tooBig = measure(value, limits);
  return tooBig ? { ok: false, ...tooBig } : { ok: true };
}

function converted(result: Converted, from: ConvertedFrom, limits: LoadLimits): Found {
  if (!result.ok) {
    const refusal: Diagnostic = {
      code: "not_an_api_description",
      severity: "error",
      pointer: "",
      message: result.message,
    };
    return { ok: false, diagnostics: [refusal, ...result.diagnostics] };
  }
  const tooBig = measure(result.root, limits);
  if (tooBig) return refuseText(tooBig.code, tooBig.message);
  return {
    ok: true,
    root: result.root,
    format: "openapi-3.1",
    syntax: "json",
    convertedFrom: from,
    diagnostics: result.diagnostics,
  };
}

function refuseText(
  code: string,
  message: string,
  place: Pick<Diagnostic, "position"> & { pointer?: string } = {},
): { ok: false; diagnostics: Diagnostic[] } {
  return { ok: false, diagnostics: [{ code, severity: "error", pointer: "", message, ...place }] };
}

function tooLarge(bytesMax: number): string {
  return `The document is larger than ${megabytes(bytesMax)}, the most that is read. Import the part that you need.`;
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
        message: tooLarge(documentBytesMax),
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

function refuse(code: string, message: string, candidates?: string[]): Loaded {
  return {
    ok: false,
    diagnostics: [{ code, severity: "error", pointer: "", message, ...(candidates ? { candidates } : {}) }],
  };
}
