import type { Operation } from "./types.ts";

/** Tools that every client accepts and a model still tells apart. */
const SUGGESTED_MAX = 40;

/** Why an operation is not suggested. */
export type SuggestionRule = "no-tool" | "deprecated" | "beyond-limit";

/** What is never suggested: the first that holds is why. */
const LEFT_OUT: readonly {
  rule: SuggestionRule;
  holds: (operation: Pick<Operation, "status" | "deprecated">) => boolean;
}[] = [
  { rule: "no-tool", holds: ({ status }) => status === "skipped" },
  { rule: "deprecated", holds: ({ deprecated }) => deprecated },
];

/** How many steps of a path a method counts for: reading stands before changing, and deleting last. */
const METHOD_STEPS: Record<string, number> = { GET: 0, QUERY: 0, POST: 4, PATCH: 6, PUT: 6, DELETE: 8 };
const OTHER_STEPS = 12;

/** By which rules operations were suggested, and what became of them. */
export interface Suggestion {
  /** Operations of one document that are suggested at most. */
  max: number;
  suggested: number;
  /** Without what nothing was left out for. */
  leftOut: { rule: SuggestionRule; operations: number }[];
  /** Fewer steps come first: those of the path, and these for the method. */
  methodSteps: { methods: string[]; steps: number }[];
}

/** Marks a sensible first selection: not deprecated, reads and short paths first. */
export function suggest(operations: Operation[]): void {
  const usable = operations.filter((operation) => leftOutBy(operation) === undefined);
  const ordered = usable
    .map((operation) => ({ operation, cost: cost(operation) }))
    .sort((a, b) => a.cost - b.cost || (a.operation.key < b.operation.key ? -1 : 1));
  for (const { operation } of ordered.slice(0, SUGGESTED_MAX)) operation.suggested = true;
}

/** The rules of `suggest`, and how many operations each of them concerned. Of several documents, the limit is each one's. */
export function explainSuggestion(
  operations: readonly Pick<Operation, "method" | "status" | "deprecated" | "suggested">[],
): Suggestion {
  const left = new Map<SuggestionRule, number>();
  for (const operation of operations) {
    if (operation.suggested) continue;
    const rule = leftOutBy(operation) ?? "beyond-limit";
    left.set(rule, (left.get(rule) ?? 0) + 1);
  }
  const methods = [...new Set(operations.map(({ method }) => method))];
  const bySteps = Map.groupBy(methods, stepsOf);
  return {
    max: SUGGESTED_MAX,
    suggested: operations.filter(({ suggested }) => suggested).length,
    leftOut: [...left].map(([rule, operations]) => ({ rule, operations })),
    methodSteps: [...bySteps]
      .map(([steps, methods]) => ({ methods: methods.sort(), steps }))
      .sort((a, b) => a.steps - b.steps),
  };
}

function leftOutBy(operation: Pick<Operation, "status" | "deprecated">): SuggestionRule | undefined {
  return LEFT_OUT.find(({ holds }) => holds(operation))?.rule;
}

function stepsOf(method: string): number {
  return METHOD_STEPS[method] ?? OTHER_STEPS;
}

function cost({ method, path }: Operation): number {
  return stepsOf(method) + path.split("/").length;
}
