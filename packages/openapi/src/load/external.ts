import { isObject } from "../json.ts";
import type { Diagnostic, FetchLike, LoadLimits, Position } from "../types.ts";
import { decodeText } from "./decode.ts";
import { measure, type Survey } from "./measure.ts";
import { parseText } from "./parse.ts";
import { positionAt } from "./position.ts";
import {
  fragmentOf,
  hasIds,
  localReference,
  resolveUrl,
  rewriteReferences,
  type Scope,
  visitScopes,
  withoutFragment,
} from "./reference.ts";

export interface External {
  files: Record<string, unknown>;
  diagnostics: Diagnostic[];
}

/** The other files of an uploaded archive, by their address in it. */
export type Archive = ReadonlyMap<string, Uint8Array>;

interface Io {
  fetch?: FetchLike;
  limits: LoadLimits;
  signal?: AbortSignal;
  /** References are looked up in here, and nothing is fetched. */
  archive?: Archive;
}

interface File {
  /** Its name in `files`; undefined for a root that came from nowhere. */
  key: string | undefined;
  value: unknown;
  /** What its relative references are relative to: `$self`, else where it was read (OpenAPI 3.2, "Establishing the Base URI"). */
  base: string | undefined;
  /** Where it was read. */
  location: string | undefined;
}

const REF_CHARS_MAX = 200;

/**
 * Loads the files that `$ref`s point to, and rewrites every reference so that it can be resolved without knowing where it stands:
 * `#/…` for the root document, an absolute URL for the others. Only http(s) on the origin of the document (or an allowed one) is
 * fetched, addresses that are written out only below its folder, or, for an archive, nothing but its own files are read. What is refused becomes a diagnostic for each origin.
 */
export async function loadExternal(
  root: unknown,
  location: string | undefined,
  io: Io,
  survey?: Survey,
): Promise<External> {
  // Nothing leads out of the file, and `#/…` is the form that references are rewritten to.
  if (survey && !survey.hasForeignReferences && !survey.hasIds) return { files: {}, diagnostics: [] };
  const files = new Map<string, unknown>();
  const diagnostics: Diagnostic[] = [];
  const refused = createRefusals();
  const rootKey = location === undefined ? undefined : withoutFragment(location);
  const rootFile: File = { key: rootKey, value: root, base: baseOf(root, location), location };
  // Other names of loaded places: `$self` of a file, `$id` of a schema.
  const aliases = new Map<string, string>();
  const selfOfRoot = selfOf(root, location);
  if (selfOfRoot !== undefined) aliases.set(selfOfRoot, "#");
  await indexArchive(io, rootKey, aliases);
  const queue: File[] = [rootFile];
  let bytesLeft = io.limits.externalBytesMax;

  const place = (file: string | undefined, fragment: string) =>
    file === undefined || file === rootKey ? `#${fragment}` : `${file}#${fragment}`;

  /** What a reference is rewritten to, and the file that it needs. */
  const resolve = (ref: string, file: File, scope: Scope): { ref: string; file?: string } => {
    if (ref.startsWith("#") || ref === "")
      return { ref: place(file.key, localReference(file.value, ref.slice(1), scope)) };
    const bases = scope.base === file.location ? [file.location] : [scope.base, file.base, file.location];
    const targets = [...new Set(bases.flatMap((base) => resolveUrl(ref, base) ?? []))];
    for (const target of targets) {
      const [url, fragment] = [withoutFragment(target), fragmentOf(target)];
      const alias = aliases.get(url);
      // The name of a file in the archive that nobody has read yet.
      if (alias !== undefined && !alias.includes("#")) return { ref: `${alias}#${fragment}`, file: alias };
      if (alias !== undefined) return { ref: `${alias}${fragment}` };
      if (url === rootKey) return { ref: `#${fragment}` };
    }
    for (const target of targets) {
      const url = withoutFragment(target);
      if (io.archive ? io.archive.has(url) : isAllowed(ref, url, location, io.limits))
        return { ref: `${url}#${fragmentOf(target)}`, file: url };
    }
    refused.add(ref, targets[0], io.archive !== undefined);
    return { ref: targets.at(-1) ?? ref };
  };

  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const current = file;
    const wanted = new Set<string>();
    const want = (answer: { ref: string; file?: string }) => {
      if (answer.file !== undefined) wanted.add(answer.file);
      return answer.ref;
    };
    if (current === rootFile && survey ? survey.hasIds : hasIds(current.value)) {
      visitScopes(current.value, current.base, {
        onId: (id, pointer) => {
          if (id !== rootKey && !aliases.has(id)) aliases.set(id, place(current.key, encodeURI(pointer)));
        },
      });
      visitScopes(current.value, current.base, {
        onReference: (node, ref, scope) => {
          node.$ref = want(resolve(ref, current, scope));
        },
      });
    } else {
      const scope: Scope = { base: current.base, resource: "" };
      rewriteReferences(current.value, (ref) => want(resolve(ref, current, scope)));
    }
    for (const url of wanted) {
      if (files.has(url)) continue;
      files.set(url, undefined);
      const problem = (message: string, position?: Position) =>
        diagnostics.push({
          ...{ code: "reference_not_loaded", severity: "warning" as const, pointer: "", message },
          ...(position ? { position } : {}),
        });
      const shown = shownName(url);
      if (!io.archive && !io.fetch) continue;
      if (files.size > io.limits.externalFilesMax) {
        problem(`More than ${io.limits.externalFilesMax} files are referenced; ${shown} was not loaded.`);
        continue;
      }
      const limits = { ...io.limits, documentBytesMax: Math.min(io.limits.documentBytesMax, bytesLeft) };
      const loaded = await loadFile(url, io, limits);
      if (!loaded.ok) {
        problem(`The referenced file ${shown} could not be used: ${loaded.message}`, loaded.position);
        continue;
      }
      bytesLeft -= loaded.bytes;
      files.set(url, loaded.value);
      const self = selfOf(loaded.value, loaded.url);
      if (self !== undefined && !aliases.has(self)) aliases.set(self, `${url}#`);
      queue.push({ key: url, value: loaded.value, base: baseOf(loaded.value, loaded.url), location: loaded.url });
    }
  }
  return {
    files: Object.fromEntries([...files].filter(([, value]) => value !== undefined)),
    diagnostics: [...diagnostics, ...refused.diagnostics()],
  };
}

/** `$self`, absolute (OpenAPI 3.2 §4.1.2.2). */
function selfOf(value: unknown, location: string | undefined): string | undefined {
  if (!isObject(value) || typeof value.$self !== "string" || typeof value.openapi !== "string") return undefined;
  const self = resolveUrl(value.$self, location);
  return self === undefined ? undefined : withoutFragment(self);
}

function baseOf(value: unknown, location: string | undefined): string | undefined {
  return selfOf(value, location) ?? location;
}

/** Files of an archive can name themselves too, and others refer to them by that name. */
async function indexArchive(
  { archive, limits }: Io,
  rootKey: string | undefined,
  aliases: Map<string, string>,
): Promise<void> {
  for (const [key, bytes] of archive ?? []) {
    if (key === rootKey) continue;
    const text = decodeText(bytes);
    if (!text?.includes("$self")) continue;
    const parsed = await parseText(text, limits);
    const self = parsed.ok ? selfOf(parsed.value, key) : undefined;
    // The file is not read for its name alone: the reference leads to where it stands.
    if (self !== undefined && !aliases.has(self)) aliases.set(self, key);
  }
}

/**
 * The origin of the document, and those that whoever imports it has allowed. An address written out leads no further
 * than the folder of the document by itself: one origin may be the home of many people's files and of services that
 * nobody meant to be asked.
 */
function isAllowed(ref: string, target: string, location: string | undefined, limits: LoadLimits): boolean {
  const url = new URL(target);
  if (url.protocol !== "https:" && url.protocol !== "http:") return false;
  if (url.username !== "" || url.password !== "") return false;
  if (limits.externalOrigins.includes(url.origin)) return true;
  if (location === undefined || url.origin !== new URL(location).origin) return false;
  const isWrittenOut = /^(?:[a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(ref);
  return !isWrittenOut || url.href.startsWith(new URL(".", location).href);
}

function createRefusals() {
  const byOrigin = new Map<string, { count: number; ref: string }>();
  return {
    add(ref: string, target: string | undefined, isArchive: boolean): void {
      const url = target === undefined ? undefined : new URL(target);
      const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
      const key = isArchive ? "archive" : url === undefined ? "relative" : isHttp ? url.origin : "other";
      const entry = byOrigin.get(key) ?? { count: 0, ref: ref.slice(0, REF_CHARS_MAX) };
      entry.count += 1;
      byOrigin.set(key, entry);
    },
    diagnostics(): Diagnostic[] {
      return [...byOrigin].map(([key, { count, ref }]) => {
        const common = { code: "reference_refused", severity: "warning" as const, pointer: "" };
        const some = `${count === 1 ? "A reference" : `${count} references`} of the document (${shownName(ref)})`;
        if (key === "archive")
          return {
            ...common,
            message: `${some} ${count === 1 ? "leads" : "lead"} to a file that is not in the ZIP. Add it, and import the ZIP again.`,
          };
        if (key === "relative")
          return {
            ...common,
            message: `${some} ${count === 1 ? "leads" : "lead"} to other files, which a single file or text does not bring along. Import the document by its link, or all its files as one ZIP.`,
          };
        if (key === "other")
          return {
            ...common,
            message: `${some} ${count === 1 ? "leads" : "lead"} to a place that is never read: only http and https addresses are.`,
          };
        return {
          ...common,
          origin: key,
          message: `${some} ${count === 1 ? "leads" : "lead"} to ${key}, outside of where the document came from, so ${count === 1 ? "it was" : "they were"} not followed. Allow that address to read ${count === 1 ? "it" : "them"}.`,
        };
      });
    },
  };
}

function shownName(url: string): string {
  return url.replace(/^zip:\/\/\//, "").slice(0, REF_CHARS_MAX);
}

async function loadFile(
  url: string,
  io: Io,
  limits: LoadLimits,
): Promise<
  { ok: true; value: unknown; bytes: number; url: string } | { ok: false; message: string; position?: Position }
> {
  const inArchive = io.archive?.get(url);
  const read = inArchive
    ? { ok: true as const, bytes: inArchive, url }
    : io.fetch
      ? await fetchBytes(url, io.fetch, limits.documentBytesMax, io.signal)
      : { ok: false as const, message: "it is not there." };
  if (!read.ok) return read;
  const text = decodeText(read.bytes);
  if (text === undefined) return { ok: false, message: "it is not text." };
  const parsed = await parseText(text, limits);
  if (!parsed.ok) {
    const { message, offset } = parsed;
    return {
      ...{ ok: false, message },
      ...(offset === undefined ? {} : { position: positionAt({ text, file: shownName(url) }, offset) }),
    };
  }
  const tooBig = measure(parsed.value, limits);
  if (tooBig) return { ok: false, message: tooBig.message };
  return { ok: true, value: parsed.value, bytes: read.bytes.length, url: read.url };
}

/** Reads a response under a byte cap; a body is never quoted in the message. */
export async function fetchBytes(
  url: string,
  fetch: FetchLike,
  bytesMax: number,
  signal?: AbortSignal,
): Promise<{ ok: true; bytes: Uint8Array; url: string } | { ok: false; message: string }> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.5" },
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { ok: false, message: `the server answered with status ${response.status}.` };
    }
    const chunks: Uint8Array[] = [];
    let total = 0;
    if (response.body) {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        total += chunk.length;
        if (total > bytesMax) return { ok: false, message: `it is larger than ${megabytes(bytesMax)}.` };
        chunks.push(chunk);
      }
    }
    return { ok: true, bytes: Buffer.concat(chunks, total), url: response.url || url };
  } catch (error) {
    const why = error instanceof Error ? error.message : "The network failed";
    return { ok: false, message: `it could not be fetched. ${why.replace(/\.?$/, ".")}` };
  }
}

/** "32 MB", or bytes where it is less than one. */
export function megabytes(bytes: number): string {
  const rounded = Math.round((bytes / 1024 / 1024) * 10) / 10;
  return rounded >= 1 ? `${rounded} MB` : `${bytes} bytes`;
}
