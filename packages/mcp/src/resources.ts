import type { Resource, ResourceContents } from "./contract.ts";
import type { JsonObject } from "./json-rpc.ts";

/** A list entry: a resource without what is in it. */
export function resourceEntry({ text: _text, blob: _blob, ...entry }: Resource): JsonObject {
  return entry;
}

/** What a resource of the version itself holds; undefined for one that is read elsewhere. */
export function contentsOf(resource: Resource | undefined): ResourceContents | undefined {
  if (!resource) return undefined;
  const { uri, mimeType = "text/plain", text, blob } = resource;
  if (text !== undefined) return { uri, mimeType, text };
  return blob === undefined ? undefined : { uri, mimeType, blob };
}
