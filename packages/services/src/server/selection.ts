import type { Compiled } from "@portico/openapi";
import type { z } from "zod";
import { AppError } from "../error.ts";
import type { selectSchema } from "../input.ts";

/** Tools a server may list. Clients stop at 40 to 128; tool search serves more. */
export const TOOLS_MAX = 20_000;

/** The keys of the operations that become tools, in the document's order. A key that the document does not have is refused by name. */
export function resolveSelection(compiled: Compiled, select: z.output<typeof selectSchema>): string[] {
  const available = new Set(compiled.tools.map(({ operation }) => operation));
  if (select === "all") return [...available];
  if (select === "suggested") {
    const suggested = compiled.operations
      .filter(({ key, suggested }) => suggested && available.has(key))
      .map(({ key }) => key);
    return suggested.length > 0 ? suggested : [...available];
  }
  const wanted = new Set(select.operations);
  const unknown = [...wanted].filter((key) => !available.has(key));
  if (unknown.length > 0) {
    const reasons = unknown.slice(0, 10).map((key) => {
      const skipped = compiled.operations.find((operation) => operation.key === key);
      return skipped ? `${key} (${skipped.reasons[0] ?? "it cannot be called"})` : key;
    });
    throw new AppError(
      "invalid_input",
      `The document has no tool for: ${reasons.join(", ")}. An operation is named "GET /path/{parameter}".`,
      { unknown },
    );
  }
  return [...available].filter((key) => wanted.has(key));
}
