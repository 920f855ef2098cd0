import { shortHash } from "../hash.ts";

export const NAME_CHARS_DEFAULT = 48;
/** What every client accepts. */
export const NAME_CHARS_MAX = 64;
const NAME_CHARS_MIN = 16;
const HASH_CHARS = 5;

export interface Named {
  key: string;
  method: string;
  path: string;
  operationId?: string | undefined;
  /** What the author of the document asks for. */
  wanted?: string | undefined;
}

/**
 * Tool names by operation key: `^[A-Za-z0-9_-]{1,64}$`, unique whatever the case, and the same when operations
 * are reordered. Of operations that want one name, the one with the shortest key keeps it, the others take a
 * hash of their key.
 */
export function toolNames(operations: readonly Named[], charsMax = NAME_CHARS_DEFAULT): Map<string, string> {
  const limit = Math.min(Math.max(charsMax, NAME_CHARS_MIN), NAME_CHARS_MAX);
  const ordered = [...operations].sort((a, b) => a.key.length - b.key.length || (a.key < b.key ? -1 : 1));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const operation of ordered) {
    const wanted = fit(candidate(operation), limit, operation.key);
    let name = wanted;
    for (let chars = HASH_CHARS; taken.has(name.toLowerCase()); chars++)
      name = withHash(wanted, operation.key, limit, chars);
    taken.add(name.toLowerCase());
    names.set(operation.key, name);
  }
  return names;
}

function candidate({ wanted, operationId, method, path }: Named): string {
  const asked = clean(wanted ?? "");
  if (asked !== "") return asked;
  const fromId = clean(operationId ?? "");
  if (fromId !== "") return fromId;
  const words = path.split("#")[0]?.replace(/\{([^{}]*)\}/g, (_match, name: string) => `by_${name}`) ?? "";
  return clean(`${method.toLowerCase()}_${words}`) || `operation_${shortHash(`${method} ${path}`, HASH_CHARS)}`;
}

/** Allowed as it is: no double and no outer separators. */
const CLEAN = /^(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;

function clean(text: string): string {
  if (text.length < 2_000 && CLEAN.test(text)) return text;
  return text
    .slice(0, 2_000)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/_{2,}/g, "_")
    .replace(/^[_-]+|[_-]+$/g, "");
}

/** Shortens words first, from the longest, so that the name still reads; then cuts and marks it with a hash. */
function fit(name: string, limit: number, key: string): string {
  if (name.length <= limit) return name;
  const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[_-])/);
  for (const wordChars of [8, 6, 5, 4]) {
    const short = words.map((word) => abbreviate(word, wordChars)).join("");
    if (short.length <= limit - HASH_CHARS - 1) return withHash(short, key, limit, HASH_CHARS);
  }
  return withHash(words.map((word) => abbreviate(word, 4)).join(""), key, limit, HASH_CHARS);
}

function abbreviate(word: string, chars: number): string {
  const separator = /[_-]$/.exec(word)?.[0] ?? "";
  const bare = separator ? word.slice(0, -1) : word;
  return bare.slice(0, chars) + separator;
}

function withHash(name: string, key: string, limit: number, chars: number): string {
  const head = name.slice(0, limit - chars - 1).replace(/[_-]+$/, "");
  return `${head}_${shortHash(key, chars)}`;
}
