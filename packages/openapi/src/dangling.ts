import type { Context } from "./context.ts";
import { pointerSegment } from "./json.ts";

/** Places that are kept of each reference: one of them is looked for. */
const PLACES_MAX = 500;

interface Step {
  node: object;
  key: string;
  parent: Step | undefined;
}

/**
 * Moves what is said of references to nothing from the operation to the reference itself: schemas are read once and do not know where they
 * stand. Looks through the document only when there is one.
 */
export function pointAtReferences({
  document,
  diagnostics,
  dangling,
}: Pick<Context, "document" | "diagnostics" | "dangling">): void {
  if (dangling.size === 0) return;
  const places = new Map([...dangling.values()].map((reference): [string, string[]] => [reference, []]));
  const seen = new Set<object>();
  const stack: Step[] = [{ node: document.root, key: "", parent: undefined }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (seen.has(step.node)) continue;
    seen.add(step.node);
    const { $ref } = step.node as { $ref?: unknown };
    const known = typeof $ref === "string" ? places.get($ref) : undefined;
    if (known && known.length < PLACES_MAX) known.push(`${pointerOf(step)}/$ref`);
    // The last one is taken first: as the document has them.
    for (const [key, node] of Object.entries(step.node).toReversed())
      if (node !== null && typeof node === "object") stack.push({ node, key, parent: step });
  }
  for (const diagnostic of diagnostics) {
    const known = places.get(dangling.get(diagnostic) ?? "") ?? [];
    const within = known.find((pointer) => pointer.startsWith(`${diagnostic.pointer}/`));
    diagnostic.pointer = within ?? known[0] ?? diagnostic.pointer;
  }
}

function pointerOf({ key, parent }: Step): string {
  return parent === undefined ? "" : `${pointerOf(parent)}/${pointerSegment(key)}`;
}
