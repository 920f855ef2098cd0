import { STATUS_CODES } from "node:http";
import type { BodyPlan } from "@portico/openapi";
import { toUpstreamError, type UpstreamError } from "./egress/error.ts";
import { isObject, setOwn } from "./json.ts";
import { contentOf } from "./shape/decode.ts";
import { cleanName, dispositionName } from "./shape/leftover.ts";
import type { ArgumentProblem, Cancellation, Egress, UpstreamErrorCode, UpstreamResponse } from "./types.ts";

const FILES_MAX = 10;
const FILE_BYTES_MAX = 8 * 1024 * 1024;
const FILES_BYTES_MAX = 16 * 1024 * 1024;
const URL_CHARS_MAX = 4_000;
/** Of a name in a data URI, whose head is read up to a limit. */
const NAME_CHARS_MAX = 600;

export interface FetchOptions {
  egress: Egress;
  signal?: Cancellation | undefined;
  /** Milliseconds that are left for all files together. */
  leftMs: () => number;
}

export type FetchedArguments =
  | { ok: true; args: Record<string, unknown> }
  | { ok: false; problem: ArgumentProblem; code: UpstreamErrorCode | undefined };

/** Whether any argument of this body can be a file. */
export function takesFiles(body: BodyPlan | undefined): body is BodyPlan {
  return body !== undefined && (body.binary === true || (body.binaryProperties?.length ?? 0) > 0);
}

/**
 * The arguments with every file that was given as an https URL fetched and put in its place as a data URI. Fetched through
 * the same guard as everything else and without any credential. One that cannot be had is a problem of its argument.
 */
export async function fetchFiles(
  body: BodyPlan,
  args: Record<string, unknown>,
  options: FetchOptions,
): Promise<FetchedArguments> {
  const fetched = { ...args };
  const left = { files: FILES_MAX, bytes: FILES_BYTES_MAX };
  try {
    for (const { argument, holder, name } of placesOf(body, fetched))
      setOwn(holder, name, await resolve(argument, holder[name], left, options));
  } catch (error) {
    if (error instanceof FileProblem) return { ok: false, problem: error.problem, code: error.code };
    throw error;
  }
  return { ok: true, args: fetched };
}

interface Place {
  argument: string;
  /** The object that holds the value, ours to change. */
  holder: Record<string, unknown>;
  name: string;
}

function placesOf({ binary, binaryProperties = [], mapping }: BodyPlan, args: Record<string, unknown>): Place[] {
  const has = (holder: Record<string, unknown>, name: string) => Object.hasOwn(holder, name);
  if (mapping.kind === "flat") {
    return mapping.properties
      .filter(
        ({ argument, name, within }) => within === undefined && binaryProperties.includes(name) && has(args, argument),
      )
      .map(({ argument }) => ({ argument, holder: args, name: argument }));
  }
  const { argument } = mapping;
  if (!has(args, argument)) return [];
  if (binary) return [{ argument, holder: args, name: argument }];
  const given = args[argument];
  if (!isObject(given)) return [];
  const holder = { ...given };
  setOwn(args, argument, holder);
  return binaryProperties
    .filter((name) => has(holder, name))
    .map((name) => ({ argument: `${argument}.${name}`, holder, name }));
}

async function resolve(
  argument: string,
  value: unknown,
  left: { files: number; bytes: number },
  options: FetchOptions,
): Promise<unknown> {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await resolve(argument, item, left, options));
    return items;
  }
  if (typeof value !== "string" || value.length > URL_CHARS_MAX || !/^\s*https?:\/\/\S+\s*$/i.test(value)) return value;
  const text = value.trim();
  if (!URL.canParse(text) || !/^https:/i.test(text))
    throw new FileProblem(argument, text, "only https:// URLs are fetched");
  if (--left.files < 0) throw new FileProblem(argument, text, `one call can fetch ${FILES_MAX} files at most`);
  if (left.bytes <= 0)
    throw new FileProblem(argument, text, `the files of one call have ${sizeText(FILES_BYTES_MAX)} at most`);
  const response = await fetchOne(argument, text, Math.min(FILE_BYTES_MAX, left.bytes), options);
  left.bytes -= response.body.length;
  return dataUri(response);
}

async function fetchOne(
  argument: string,
  url: string,
  bodyBytesMax: number,
  { egress, signal, leftMs }: FetchOptions,
): Promise<UpstreamResponse> {
  let response: UpstreamResponse;
  try {
    response = await egress.request(
      { method: "GET", url, headers: [["accept", "*/*"]], secrets: [], missingCredentials: [] },
      { timeoutMs: Math.max(1, Math.floor(leftMs())), bodyBytesMax, ...(signal ? { signal } : {}) },
    );
  } catch (error) {
    const failure = toUpstreamError(error);
    throw new FileProblem(argument, url, reasonOf(failure), failure.code);
  }
  const { status, truncated } = response;
  if (status !== 200)
    throw new FileProblem(argument, url, `it answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd());
  if (truncated)
    throw new FileProblem(argument, url, `it is larger than ${sizeText(bodyBytesMax)}, which is all that is left`);
  if (response.body.length === 0) throw new FileProblem(argument, url, "it is empty");
  return response;
}

const REASONS: Partial<Record<UpstreamErrorCode, string>> = {
  blocked: "its address is not allowed: it is private, local or reserved, or not https",
  timeout: "it did not answer in time",
  cancelled: "the call was cancelled",
  network: "it could not be reached",
  tls: "its certificate or encryption was refused",
  too_many_redirects: "it redirects too often",
  invalid_url: "it is not a valid URL",
};

function reasonOf({ code }: UpstreamError): string {
  return REASONS[code] ?? "its answer could not be read";
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MB` : `${bytes} bytes`;
}

/** Ends the fetching; caught in `fetchFiles`, never seen by a caller. */
class FileProblem extends Error {
  readonly problem: ArgumentProblem;
  readonly code: UpstreamErrorCode | undefined;

  constructor(argument: string, url: string, reason: string, code?: UpstreamErrorCode) {
    // A link's query is often its key.
    const got = URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}`.slice(0, 200) : url.slice(0, 200);
    const message = `Argument "${argument}": ${got} could not be fetched: ${reason}.`;
    super(message);
    this.problem = { argument, expected: "a file that can be fetched", got, message };
    this.code = code;
  }
}

function dataUri(response: UpstreamResponse): string {
  const { type } = contentOf(response);
  const mediaType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "application/octet-stream";
  const path = new URL(response.url).pathname;
  const name = dispositionName(response.headers["content-disposition"] ?? "") || cleanName(decoded(path));
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  const named = encoded === "" || encoded.length > NAME_CHARS_MAX ? "" : `;name=${encoded}`;
  return `data:${mediaType}${named};base64,${Buffer.from(response.body).toString("base64")}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
