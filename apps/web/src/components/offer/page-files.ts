import { type Resource, schemeOf } from "./resource-text.ts";

/** As services let them in. */
export const PAGE_CHARS_MAX = 64 * 1024;
export const PAGE_TYPES = ".md,.markdown,.txt,.html,.htm,text/plain,text/markdown,text/html";

export interface PageFile {
  name: string;
  bytes: Uint8Array;
}

/** Files as text resources of a server, each at an address of its own; or which of them cannot be one, and why. */
export function toPages(
  files: readonly PageFile[],
  { slug, resources }: { slug: string; resources: readonly { uri: string }[] },
): { pages: Resource[] } | { problem: string } {
  const taken = new Set(resources.map(({ uri }) => uri));
  const pages: Resource[] = [];
  for (const { name, bytes } of files) {
    const text = decode(bytes);
    if (text === undefined) return { problem: `${name} is not a text file in UTF-8. Save it as text first.` };
    if (text.trim() === "") return { problem: `${name} is empty.` };
    if (text.length > PAGE_CHARS_MAX)
      return {
        problem: `${name} has ${text.length.toLocaleString("en")} characters; a page has at most ${PAGE_CHARS_MAX.toLocaleString("en")}. Split it, and add the parts.`,
      };
    const title = name.replace(/\.[a-z]+$/i, "").slice(0, 200) || name;
    const uri = freeUri(`${schemeOf(slug)}://pages/${slugOf(title)}`, taken);
    taken.add(uri);
    pages.push({ uri, name: title, mimeType: mimeTypeOf(name), text });
  }
  return { pages };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? undefined : text;
  } catch {
    return undefined;
  }
}

function slugOf(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return slug.slice(0, 80) || "page";
}

function freeUri(wanted: string, taken: ReadonlySet<string>): string {
  let uri = wanted;
  for (let number = 2; taken.has(uri); number++) uri = `${wanted}-${number}`;
  return uri;
}

function mimeTypeOf(name: string): string {
  if (/\.html?$/i.test(name)) return "text/html";
  return /\.(md|markdown)$/i.test(name) ? "text/markdown" : "text/plain";
}
