import type { Operation } from "../types.ts";

/** An operation of the new document that is another one's successor under a new key. */
export interface Rename {
  from: string;
  to: string;
  /** What tells that they are the same. */
  by: "operationId" | "path";
}

/**
 * Which operations that are gone came back under another key: by the operationId, where it is unique on both
 * sides, else by the method and the path without the names of its parameters.
 */
export function findRenames(before: readonly Operation[], after: readonly Operation[]): Rename[] {
  const keysBefore = new Set(before.map(({ key }) => key));
  const keysAfter = new Set(after.map(({ key }) => key));
  const gone = before.filter(({ key }) => !keysAfter.has(key));
  const added = after.filter(({ key }) => !keysBefore.has(key));
  const renames: Rename[] = [];
  const pairUp = (by: Rename["by"], markOf: (operation: Operation) => string | undefined) => {
    const taken = new Set(renames.flatMap(({ from, to }) => [from, to]));
    const successors = unique(
      added.filter(({ key }) => !taken.has(key)),
      markOf,
    );
    for (const [mark, from] of unique(
      gone.filter(({ key }) => !taken.has(key)),
      markOf,
    )) {
      const to = successors.get(mark);
      if (to !== undefined) renames.push({ from, to, by });
    }
  };
  pairUp("operationId", ({ operationId }) => operationId);
  pairUp("path", ({ method, path }) => `${method} ${path.replace(/\{[^{}]*\}/g, "{}")}`);
  return renames;
}

/** Keys by a mark that only one of the operations has. */
function unique(
  operations: readonly Operation[],
  markOf: (operation: Operation) => string | undefined,
): Map<string, string> {
  const found = new Map<string, string | undefined>();
  for (const operation of operations) {
    const mark = markOf(operation);
    if (mark !== undefined) found.set(mark, found.has(mark) ? undefined : operation.key);
  }
  return new Map([...found].flatMap(([mark, key]) => (key === undefined ? [] : [[mark, key] as const])));
}
