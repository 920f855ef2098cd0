import type { ImportChoices } from "./import-field.tsx";

const ORIGINS_MAX = 20;

/** The address of the import page, or of another page with its field, that remembers what an earlier import asked for. */
export function importAddress({ allowOrigins = [], entry }: ImportChoices, page = "/new"): string {
  const query = new URLSearchParams();
  for (const origin of allowOrigins) query.append("allow", origin);
  if (entry) query.set("entry", entry);
  return `${page}${page.includes("?") ? "&" : "?"}${query}`;
}

/** The same read back; what is no http(s) origin is dropped, and the import checks it again. */
export function readChoices(query: Record<string, string | string[] | undefined>): ImportChoices {
  const { allow, entry } = query;
  const allowOrigins = [allow ?? []].flat().filter(isOrigin).slice(0, ORIGINS_MAX);
  return {
    ...(allowOrigins.length > 0 ? { allowOrigins } : {}),
    ...(typeof entry === "string" && entry !== "" ? { entry: entry.slice(0, 1_024) } : {}),
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.origin === text;
}
