import { type AnswerShape, estimateTokens } from "@portico/openapi";
import type { OutputBudget } from "../types.ts";
import { runExpression } from "./expression.ts";
import { selectFields } from "./select-fields.ts";
import { isTooDeep, type ShrinkOptions, type Shrunk, shrinkJson } from "./shrink.ts";
import { writeAnswer } from "./write-answer.ts";

/** Least of a text that is shown, whatever the budget. */
const TEXT_CHARS_MIN = 200;
/** No text has more characters to a token, in our count. */
const CHARS_PER_TOKEN_MAX = 9;

/** What a shape makes of the value of an answer, of which so many characters came; or why it cannot. */
export function shapeFields(
  value: unknown,
  shape: AnswerShape,
  chars: number,
): { value: unknown } | { problem: string } {
  const { expression } = shape;
  if (expression === undefined) return { value: selectFields(value, shape) ?? emptyOf(value) };
  if (isTooDeep(value)) return { problem: "it is nested too deep" };
  const found = runExpression(expression, value, chars);
  return "problem" in found ? found : { value: selectFields(found.value, shape) ?? emptyOf(found.value) };
}

/** Nothing of a list is an empty list. */
function emptyOf(value: unknown): unknown {
  return Array.isArray(value) ? [] : {};
}

/** Fits a value into the budget, and into what its shape allows, in the format of that. Undefined: it is nested too deep. */
export function fitAnswer(
  value: unknown,
  budget: OutputBudget,
  { shape, known, list }: { shape?: AnswerShape | undefined } & Pick<ShrinkOptions, "known" | "list">,
): Shrunk | undefined {
  const { itemsMax = Number.POSITIVE_INFINITY, format = "json", tokensMax } = shape ?? {};
  const write = format === "json" ? undefined : (some: unknown) => writeAnswer(some, format);
  const arrayItemsMax = Math.min(budget.arrayItemsMax, itemsMax);
  let textCharsMax = budget.textCharsMax;
  const options = { known, write, list };
  if (tokensMax === undefined) return shrinkJson(value, { ...budget, textCharsMax, arrayItemsMax }, options);
  textCharsMax = Math.min(textCharsMax, Math.max(TEXT_CHARS_MIN, tokensMax * CHARS_PER_TOKEN_MAX));
  for (;;) {
    const shrunk = shrinkJson(value, { ...budget, textCharsMax, arrayItemsMax }, options);
    if (!shrunk || textCharsMax <= TEXT_CHARS_MIN) return shrunk;
    const tokens = estimateTokens(shrunk.text);
    if (tokens <= tokensMax) return shrunk;
    const fitting = Math.floor((Math.min(textCharsMax, shrunk.text.length) * tokensMax * 0.95) / tokens);
    textCharsMax = Math.max(TEXT_CHARS_MIN, fitting);
  }
}
