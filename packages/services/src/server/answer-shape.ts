import { type AnswerShape, parseAnswerPath } from "@portico/openapi";
import { expressionProblem } from "@portico/upstream";
import { z } from "zod";

const PATHS_MAX = 500;
const PATH_CHARS_MAX = 500;
/** Fewer tell a model nothing; more than this no client takes. */
const TOKENS_MIN = 50;
const TOKENS_MAX = 100_000;
const ITEMS_MAX = 10_000;

const path = z
  .string()
  .min(1)
  .max(PATH_CHARS_MAX)
  .refine((text) => parseAnswerPath(text) !== undefined, {
    error: 'write a path like data[].owner.login, with names that hold dots in quotes: "a.b"',
  });
const paths = z.array(path).max(PATHS_MAX);

/** What of an answer reaches the model, as people send it. */
export const shapeSchema = z
  .object({
    expression: z
      .string()
      .trim()
      .min(1)
      .superRefine((expression, context) => {
        const problem = expressionProblem(expression);
        if (problem !== undefined)
          context.addIssue({ code: "custom", message: `this expression cannot be used: ${problem}` });
      })
      .optional(),
    keep: paths.min(1, "keep something, or leave it out to keep everything").optional(),
    drop: paths.optional(),
    rename: z.record(path, z.string().trim().min(1).max(100)).optional(),
    itemsMax: z.number().int().min(1).max(ITEMS_MAX).optional(),
    format: z.enum(["json", "table", "csv", "text"]).optional(),
    tokensMax: z.number().int().min(TOKENS_MIN).max(TOKENS_MAX).optional(),
  })
  .strict()
  // What changes nothing is not kept: the same answers make the same version.
  .transform(
    ({ drop, rename, format, ...shape }): AnswerShape => ({
      ...(Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as AnswerShape),
      ...(drop && drop.length > 0 ? { drop } : {}),
      ...(rename && Object.keys(rename).length > 0 ? { rename } : {}),
      ...(format && format !== "json" ? { format } : {}),
    }),
  );
