import type { AnswerShape } from "@portico/openapi";
import { isObject } from "../json.ts";
import { fitAnswer, shapeFields } from "../shape/apply-shape.ts";
import { OUTPUT_BUDGET } from "../shape/shape-response.ts";
import type { ToolResult } from "../types.ts";

/**
 * What a model gets of a tool of several steps: the last answer, or what the shape's expression makes of all of them, within the budget of
 * an answer. `values` is what `runSteps` gives.
 */
export function writeStepsResult(
  values: Record<string, unknown>,
  shape: AnswerShape | undefined,
  { last, notes }: { last: string; notes: readonly string[] },
): ToolResult {
  const source = shape?.expression === undefined ? values[last] : values;
  const made = shape ? shapeFields(source, shape, JSON.stringify(source ?? null).length) : { value: source };
  if ("problem" in made) return failed(`The answers could not be put together: ${made.problem}`);
  const fitted = fitAnswer(made.value ?? null, OUTPUT_BUDGET, { shape });
  if (!fitted) return failed("The answers could not be put together: they are nested too deep.");
  const texts = [fitted.text, fitted.note, ...notes].filter((text) => text !== undefined);
  const { value } = fitted;
  return {
    content: texts.map((text) => ({ type: "text", text })),
    ...((shape?.format ?? "json") === "json" ? { structuredContent: isObject(value) ? value : { result: value } } : {}),
  };
}

function failed(text: string): ToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
