import type { JsonSchema } from "@portico/openapi";
import { isObject } from "../json.ts";
import type { ArgumentProblem } from "../types.ts";
import { explain } from "./explain.ts";
import { compilePatterns } from "./validator.ts";

const DOUBTS_MAX = 4;

/**
 * What the document wants of these arguments and does not get, of what is told but not enforced: `pattern`.
 * For the answer of an API that refused them; it costs a compilation, so it is not for every call.
 */
export function findDoubts(schema: JsonSchema, args: unknown): ArgumentProblem[] {
  if (!isObject(args)) return [];
  const validate = compilePatterns(schema);
  if (!validate) return [];
  try {
    if (validate(args)) return [];
  } catch {
    // A schema that recurses without end says nothing.
    return [];
  }
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword === "pattern");
  return explain(errors, args, schema).slice(0, DOUBTS_MAX);
}
