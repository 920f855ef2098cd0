import { isObject } from "../json.ts";
import type { Diagnostic, FetchLike, LoadLimits } from "../types.ts";
import { decodeText } from "./decode.ts";
import { measure } from "./measure.ts";
import { parseText } from "./parse.ts";

export interface External {
  files: Record<string, unknown>;
  diagnostics: Diagnostic[];
}

/**
 * Loads the documents that relative `$ref`s point to, and rewrites every reference so that it can be resolved
 * without knowing where it stands: `#/…` for the root document, an absolute URL for the others.
 * Only http(s) on the same origin (or an allowed one) is fetched; absolute URLs only on an allowed origin.
 */
export async function loadExternal(
  root: unknown,
  rootUrl: string | undefined,
  io: { fetch?: FetchLike; limits: LoadLimits; signal?: AbortSignal },
): Promise<External> {
  const files = new Map<string, unknown>();
  const diagnostics: Diagnostic[] = [];
  const queue: { node: unknown; url: string | undefined }[] = [{ node: root, url: rootUrl }];
  const rootKey = rootUrl === undefined ? undefined : withoutFragment(rootUrl);
  let bytesLeft = io.limits.externalBytesMax;

  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const base = entry.url;
    const isRoot = entry.node === root;
    const wanted = rewriteReferences(entry.node, (ref) => {
      if (ref.startsWith("#")) return { ref: isRoot || base === undefined ? ref : `${withoutFragment(base)}${ref}` };
      const target = resolveReference(ref, base, rootUrl, io.limits);
      if (target === undefined) return { ref };
      const [file, fragment] = target;
      if (file === rootKey) return { ref: `#${fragment}` };
      return { ref: `${file}#${fragment}`, file };
    });
    for (const file of wanted) {
      if (files.has(file)) continue;
      files.set(file, undefined);
      const problem = (message: string, code = "reference_not_loaded") =>
        diagnostics.push({ code, severity: "warning", pointer: "", message });
      if (!io.fetch) continue;
      if (files.size > io.limits.externalFilesMax) {
        problem(`More than ${io.limits.externalFilesMax} files are referenced; ${file} was not loaded.`);
        continue;
      }
      const loaded = await loadFile(
        file,
        io.fetch,
        { ...io.limits, documentBytesMax: Math.min(io.limits.documentBytesMax, bytesLeft) },
        io.signal,
      );
      if (!loaded.ok) {
        problem(`The referenced file ${file} could not be used: ${loaded.message}`);
        continue;
      }
      bytesLeft -= loaded.bytes;
      files.set(file, loaded.value);
      queue.push({ node: loaded.value, url: file });
    }
  }
  return { files: Object.fromEntries([...files].filter(([, value]) => value !== undefined)), diagnostics };
}

async function loadFile(
  url: string,
  fetch: FetchLike,
  limits: LoadLimits,
  signal: AbortSignal | undefined,
): Promise<{ ok: true; value: unknown; bytes: number } | { ok: false; message: string }> {
  const fetched = await fetchBytes(url, fetch, limits.documentBytesMax, signal);
  if (!fetched.ok) return fetched;
  const text = decodeText(fetched.bytes);
  if (text === undefined) return { ok: false, message: "it is not text." };
  const parsed = parseText(text, limits);
  if (!parsed.ok) return parsed;
  const tooBig = measure(parsed.value, limits);
  if (tooBig) return { ok: false, message: tooBig.message };
  return { ok: true, value: parsed.value, bytes: fetched.bytes.length };
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
        if (total > bytesMax) return { ok: false, message: `it is larger than ${bytesMax} bytes.` };
        chunks.push(chunk);
      }
    }
    return { ok: true, bytes: Buffer.concat(chunks, total), url: response.url || url };
  } catch (error) {
    const why = error instanceof Error ? error.message : "The network failed";
    return { ok: false, message: `it could not be fetched. ${why.replace(/\.?$/, ".")}` };
  }
}

function resolveReference(
  ref: string,
  base: string | undefined,
  rootUrl: string | undefined,
  limits: LoadLimits,
): [file: string, fragment: string] | undefined {
  if (base === undefined || rootUrl === undefined) return undefined;
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(ref) || /^[\\/]{2}/.test(ref);
  let url: URL;
  try {
    url = new URL(ref, base);
  } catch {
    return undefined;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  const isAllowed = limits.externalOrigins.includes(url.origin);
  if (isAbsolute && !isAllowed && withoutFragment(url.href) !== withoutFragment(rootUrl)) return undefined;
  if (url.origin !== new URL(rootUrl).origin && !isAllowed) return undefined;
  const fragment = url.hash.replace(/^#/, "");
  return [withoutFragment(url.href), fragment === "/" ? "" : fragment];
}

function rewriteReferences(root: unknown, rewrite: (ref: string) => { ref: string; file?: string }): Set<string> {
  const wanted = new Set<string>();
  const seen = new Set<object>();
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === null || typeof node !== "object" || seen.has(node)) continue;
    seen.add(node);
    if (Array.isArray(node)) {
      for (const item of node) stack.push(item);
      continue;
    }
    if (!isObject(node)) continue;
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (key === "$ref" && typeof value === "string") {
        const rewritten = rewrite(value);
        node.$ref = rewritten.ref;
        if (rewritten.file !== undefined) wanted.add(rewritten.file);
      } else stack.push(value);
    }
  }
  return wanted;
}

function withoutFragment(url: string): string {
  const hash = url.indexOf("#");
  return hash < 0 ? url : url.slice(0, hash);
}
