import type { Operation } from "./types.ts";

/** Tools that every client accepts and a model still tells apart. */
const SUGGESTED_MAX = 40;

/** Marks a sensible first selection: not deprecated, reads and short paths first. */
export function suggest(operations: Operation[]): void {
  const usable = operations.filter((operation) => operation.status !== "skipped" && !operation.deprecated);
  const ordered = usable
    .map((operation) => ({ operation, cost: cost(operation) }))
    .sort((a, b) => a.cost - b.cost || (a.operation.key < b.operation.key ? -1 : 1));
  for (const { operation } of ordered.slice(0, SUGGESTED_MAX)) operation.suggested = true;
}

const METHOD_COST: Record<string, number> = { GET: 0, QUERY: 0, POST: 2, PATCH: 3, PUT: 3, DELETE: 4 };

function cost(operation: Operation): number {
  const depth = operation.path.split("/").length;
  return (METHOD_COST[operation.method] ?? 6) * 2 + depth;
}
