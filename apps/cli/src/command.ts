import { type Api, ApiError } from "./api.ts";

/** Exit codes: 0 done · 1 refused or failed · 2 wrong usage · 3 Portico cannot be reached. */
export const EXIT = { failed: 1, usage: 2, unreachable: 3 } as const;

/** What a command needs of the program it belongs to. */
export interface CommandDeps {
  api: () => Api;
  /** The answer of a command: JSON with `--json`, otherwise the text. */
  print: (value: unknown, text: () => string) => void;
  /** A step of long work, for people. */
  report: (message: string) => void;
  /** A part of the answer as soon as it is known, for people. */
  say: (text: string) => void;
}

/** Where a server is in the REST API, by slug or id; `parts` lead further. */
export function serverPath(server: string, ...parts: (string | number)[]): string {
  return ["/api/v1/servers", server, ...parts]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join("/");
}

/** A query without what was not given. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `?${query}` : "";
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Rows of one page; the API allows more in some lists, and none allows less. */
const PAGE = 200;

/** The first `limit` items of a list that comes in pages. */
export async function listUpTo<Item>(
  portico: Api,
  path: string,
  limit: number,
  query: Record<string, string | undefined> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await portico.request<Page<Item>>(
      "GET",
      path + queryOf({ ...query, cursor, limit: Math.min(PAGE, limit - items.length) }),
    );
    items.push(...page.items.slice(0, limit - items.length));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}

/** The one that has this id or is called this. Refuses with the names that there are. */
export function findNamed<Item>(
  items: readonly Item[],
  wanted: string,
  { noun, namesOf }: { noun: string; namesOf: (item: Item) => readonly string[] },
): Item {
  const found = items.find((item) => namesOf(item).some((name) => name !== "" && name === wanted));
  if (found) return found;
  const names = items.map((item) => namesOf(item).find((name) => name !== "") ?? "");
  throw new ApiError(
    "not_found",
    `There is no ${noun} "${wanted}". ${names.length > 0 ? `There is: ${names.join(", ")}.` : "There is none yet."}`,
  );
}
