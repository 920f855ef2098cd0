// What a text or a value is, without loading what converts it.
import { asObject, isObject } from "../json.ts";
import type { JsonObject } from "../types.ts";

/** Whether a text is command lines of curl: prompts, comments and variables may stand before the first. */
export function isCurl(text: string): boolean {
  const head = text.slice(0, 20_000).replace(/^(?:[ \t]*(?:#[^\n]*)?\r?\n)+/, "");
  return /^\s*(?:[$>%]\s+)?(?:(?:sudo|time|exec)\s+)?(?:[A-Za-z_]\w*=\S*\s+)*["']?curl(?:\.exe)?["']?\s+(?!:)/.test(
    head,
  );
}

/** What a text is that people paste in place of curl; undefined when it is nothing of the kind. */
export function otherCommand(text: string): string | undefined {
  const start = text.slice(0, 2_000).trimStart();
  if (/^(?:\$\w+ ?= ?New-Object|Invoke-(?:WebRequest|RestMethod)|iwr |irm )/i.test(start)) return "PowerShell";
  if (/^(?:await\s+)?fetch\(/.test(start)) return "JavaScript";
  if (/^(?:\$\s+)?wget\s/.test(start)) return "wget";
  return /^(?:\$\s+)?https?\s+(?:GET|POST|PUT|PATCH|DELETE|--)/.test(start) ? "HTTPie" : undefined;
}

/** Whether a parsed file is an HTTP archive. */
export function isHar(root: unknown): root is JsonObject {
  return isObject(root) && isObject(root.log) && (Array.isArray(root.log.entries) || root.log.creator !== undefined);
}

/** Whether a parsed file is a Postman collection of any version. */
export function isPostman(root: unknown): root is JsonObject {
  if (!isObject(root)) return false;
  const collection = isObject(root.collection) ? root.collection : root;
  const info = asObject(collection.info);
  return (
    info._postman_id !== undefined ||
    /getpostman\.com|postman\.com\/json\/collection/.test(String(info.schema ?? "")) ||
    (Array.isArray(collection.item) && isObject(collection.info)) ||
    isVersion1(collection) ||
    root._postman_variable_scope !== undefined
  );
}

export function isVersion1(collection: JsonObject): boolean {
  return (
    Array.isArray(collection.requests) && (Array.isArray(collection.order) || collection.folders_order !== undefined)
  );
}
