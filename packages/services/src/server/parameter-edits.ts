import { checkParameters, type Fits, type ParameterEdit, type Tool } from "@portico/openapi";
import { createValidator } from "@portico/upstream";
import { z } from "zod";
import { AppError } from "../error.ts";

const PARAMETERS_MAX = 400;
const VALUES_MAX = 200;
const VALUE_CHARS_MAX = 16_384;
const DESCRIPTION_CHARS_MAX = 1_024;
/** An argument's name, a dot, and the name of a property in it. */
const KEY_CHARS_MAX = 300;

/** Any JSON, or in its place what is known of the signed-in person. As in profiles. */
const givenSchema = z
  .object({
    value: z
      .json()
      .refine((value) => JSON.stringify(value).length <= VALUE_CHARS_MAX, `use at most ${VALUE_CHARS_MAX} characters`)
      .optional(),
    person: z.enum(["email", "name", "id"], 'use "email", "name" or "id"').optional(),
  })
  .strict()
  .transform(({ value, person }, context) => {
    if (person === undefined && value !== undefined) return { value };
    if (person !== undefined && value === undefined) return { person };
    context.addIssue({ code: "custom", message: 'give either a "value", or "person": "email", "name" or "id"' });
    return z.NEVER;
  });

const editSchema = z
  .object({
    hidden: z.boolean().optional(),
    fixed: givenSchema.optional(),
    default: givenSchema.optional(),
    name: z.string().min(1).max(64, "use at most 64 characters").optional(),
    description: z
      .string()
      .trim()
      .min(1, "write something, or leave it out")
      .max(DESCRIPTION_CHARS_MAX, `use at most ${DESCRIPTION_CHARS_MAX} characters`)
      .optional(),
    values: z
      .array(z.union([z.string().max(1_000), z.number(), z.boolean()]))
      .max(VALUES_MAX, `use at most ${VALUES_MAX} values`)
      .optional(),
    required: z.boolean().optional(),
    flatten: z.boolean().optional(),
  })
  .strict();

/** Edits of a tool's arguments, by their keys. */
export const parametersSchema = z
  .record(z.string().min(1).max(KEY_CHARS_MAX), editSchema)
  .refine((edits) => Object.keys(edits).length <= PARAMETERS_MAX, `edit at most ${PARAMETERS_MAX} parameters`);

/** The edits as they are kept; those that the tool cannot have are refused, each with what to do about it. */
export function checkedParameters(
  sent: Tool,
  edits: Record<string, ParameterEdit> = {},
): Record<string, ParameterEdit> {
  const { parameters, problems } = checkParameters(sent, edits, fitter());
  if (problems.length === 0) return parameters;
  const issues = problems.map(({ key, field, message }) => ({
    field: `parameters.${key}${field === "parameter" ? "" : `.${field}`}`,
    message,
  }));
  throw new AppError("invalid_input", issues.map(({ message }) => message).join("; "), { issues });
}

/** Values are held to what calls are held to, and mended where they can only have been meant one way. */
function fitter(): Fits {
  const validate = createValidator();
  let checks = 0;
  return (inputSchema, argument, value) => {
    const { required: _required, dependentRequired: _together, ...rest } = inputSchema;
    const schema = { ...rest, required: [argument] };
    const checked = validate(`value ${++checks}`, schema, { [argument]: value });
    if (checked.ok) return { value: checked.args[argument] };
    const [problem] = checked.problems;
    return { problem: `the document expects ${problem?.expected ?? "another value"}` };
  };
}
