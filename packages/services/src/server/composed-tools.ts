import {
  applyOverrides,
  type BoundStep,
  type CallPlan,
  type Compiled,
  estimateTokens,
  type JsonSchema,
  type Override,
  type Tool,
  type ToolStep,
} from "@portico/openapi";
import { expressionProblem } from "@portico/upstream";
import { z } from "zod";
import { AppError } from "../error.ts";
import { shapeSchema } from "./answer-shape.ts";
import { givenOnly } from "./given-only.ts";

const TOOLS_MAX = 50;
const STEPS_MAX = 5;
const INPUTS_MAX = 20;
const ARGUMENTS_MAX = 100;
const CHOICES_MAX = 100;
/** Characters of a constant, as JSON. */
const VALUE_CHARS_MAX = 10_000;

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "use 1 to 64 letters, digits, - or _");

/** Names of an expression's own. */
const RESERVED = new Set(["input", "item"]);

const expression = z
  .string()
  .trim()
  .min(1, "write an expression, such as input.name")
  .superRefine((text, context) => {
    const problem = expressionProblem(text);
    if (problem !== undefined)
      context.addIssue({ code: "custom", message: `this expression cannot be used: ${problem}` });
  });

const inputSchema = z
  .object({
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "use letters, digits and _, with a letter first"),
    type: z.enum(["text", "number", "yesNo", "texts"]).default("text"),
    description: z.string().trim().max(500).optional(),
    required: z.boolean().optional(),
    /** The only values that there are. */
    choices: z.array(z.string().min(1).max(200)).max(CHOICES_MAX).optional(),
  })
  .strict();

const argumentSchema = z.union(
  [
    z
      .object({ value: z.json() })
      .strict()
      .refine(({ value }) => JSON.stringify(value).length <= VALUE_CHARS_MAX, {
        error: `keep it under ${VALUE_CHARS_MAX} characters`,
      }),
    z.object({ from: expression }).strict(),
  ],
  { error: 'give {"value": …} or {"from": "an expression"}' },
);

const stepSchema = z
  .object({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}$/, "use small letters, digits and _, with a letter first")
      .refine((id) => !RESERVED.has(id), { error: "this name means something else: choose another" }),
    /** Key of the operation that is called. */
    operation: z.string().min(1).max(2_000),
    /** A list: the call is made for each `item` of it. */
    forEach: expression.optional(),
    arguments: z
      .record(z.string().max(64), argumentSchema)
      .default({})
      .refine((all) => Object.keys(all).length <= ARGUMENTS_MAX, { error: `give at most ${ARGUMENTS_MAX} arguments` }),
  })
  .strict();

/** A tool that makes several calls, as people send it. */
export const composedSchema = z
  .object({
    name,
    title: z.string().trim().min(1).max(200).optional(),
    description: z.string().trim().min(1, "say what it does and when to use it").max(1_024),
    inputs: z.array(inputSchema).max(INPUTS_MAX, `a tool can ask for at most ${INPUTS_MAX} inputs`).default([]),
    steps: z
      .array(stepSchema)
      .min(1, "add a step: a call that it makes")
      .max(STEPS_MAX, `a tool can make at most ${STEPS_MAX} steps`),
    /** What the model gets: with an expression of `{input, <step>: …}`, else of the last step's answer. */
    answer: shapeSchema.optional(),
    /** A person agrees before the first call is sent. */
    askFirst: z.boolean().optional(),
  })
  .strict()
  .superRefine(({ inputs, steps }, context) => {
    unique(inputs, "name", ["inputs"], context);
    unique(steps, "id", ["steps"], context);
  });

/** Tools that make several calls, as they are drafted. */
export const composedToolsSchema = z
  .array(composedSchema)
  .max(TOOLS_MAX, `a server can have at most ${TOOLS_MAX} tools of its own`)
  .superRefine((tools, context) => unique(tools, "name", [], context));

export type ComposedTool = z.output<typeof composedSchema>;

function unique<Key extends string>(
  items: { [key in Key]: string }[],
  key: Key,
  path: (string | number)[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const value = item[key];
    if (seen.has(value.toLowerCase()))
      context.addIssue({
        code: "custom",
        path: [...path, index, key],
        message: `"${value}" is there twice: choose another`,
      });
    seen.add(value.toLowerCase());
  }
}

/** How the operation of a tool of several calls is named, where each tool needs one. No HTTP method is called so. */
export const COMPOSED = "COMPOSED";

export interface BoundTools {
  tools: Tool[];
  /** What cannot be called, since the document no longer has its operation. */
  broken: { name: string; operation: string }[];
}

/**
 * Tools of several calls with the tools that they call. What edits of those fix, restrict or leave out of answers holds here, too; names of
 * arguments are those of the document.
 */
export function bindComposedTools(
  composed: readonly ComposedTool[],
  { tools }: Pick<Compiled, "tools">,
  overrides: readonly Override[],
): BoundTools {
  const wanted = new Set(composed.flatMap(({ steps }) => steps.map(({ operation }) => operation)));
  const called = applyOverrides(
    tools.filter(({ operation }) => wanted.has(operation)),
    overrides.map(({ operation, parameters, shape, contentType, askFirst, annotations, timeoutSeconds, retries }) => ({
      operation,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(retries === undefined ? {} : { retries }),
      ...(annotations ? { annotations } : {}),
      ...(parameters ? { parameters: givenOnly(parameters) } : {}),
      ...(contentType ? { contentType } : {}),
      ...(askFirst ? { askFirst } : {}),
      ...(shape ? { shape: fieldsOnly(shape) } : {}),
    })),
  );
  const byOperation = new Map(called.map((tool) => [tool.operation, tool]));
  const broken: BoundTools["broken"] = [];
  const bound = composed.flatMap((tool) => {
    const gone = tool.steps.filter(({ operation }) => !byOperation.has(operation));
    broken.push(...gone.map(({ operation }) => ({ name: tool.name, operation })));
    if (gone.length > 0) return [];
    return [
      bindTool(
        tool,
        tool.steps.map((step) => bindStep(step, byOperation.get(step.operation) as Tool)),
      ),
    ];
  });
  return { tools: bound, broken };
}

/** Which fields there are is part of the answer; how it is written is not. */
function fieldsOnly({
  expression,
  keep,
  drop,
  rename,
}: NonNullable<Override["shape"]>): NonNullable<Override["shape"]> {
  return {
    ...(expression === undefined ? {} : { expression }),
    ...(keep ? { keep } : {}),
    ...(drop ? { drop } : {}),
    ...(rename ? { rename } : {}),
  };
}

function bindStep(step: ToolStep, { variants: _variants, outputSchema: _output, ...tool }: Tool): BoundStep {
  return { ...step, tool };
}

/** It calls nothing by itself. */
const NO_PLAN: CallPlan = {
  method: "GET",
  path: [],
  parameters: [],
  security: [],
  baseUrls: [],
  response: { accept: "application/json", contentTypes: [] },
};

function bindTool({ name, title, description, inputs, answer, askFirst }: ComposedTool, steps: BoundStep[]): Tool {
  const hints = steps.map(({ tool }) => tool.annotations);
  const annotations = {
    ...(title ? { title } : {}),
    readOnlyHint: hints.every(({ readOnlyHint }) => readOnlyHint),
    destructiveHint: hints.some(({ destructiveHint }) => destructiveHint),
    idempotentHint: hints.every(({ idempotentHint }) => idempotentHint),
    openWorldHint: hints.some(({ openWorldHint }) => openWorldHint),
  };
  const schema = inputSchemaOf(inputs);
  const words = { name, ...(title ? { title } : {}), description };
  return {
    ...words,
    operation: `${COMPOSED} ${name}`,
    tags: [],
    deprecated: false,
    inputSchema: schema,
    annotations,
    plan: NO_PLAN,
    ...(askFirst || steps.some(({ tool }) => tool.askFirst) ? { askFirst: true } : {}),
    ...(answer && Object.keys(answer).length > 0 ? { shape: answer } : {}),
    steps,
    tokens: estimateTokens({ ...words, inputSchema: schema, annotations }),
  };
}

const TYPES = {
  text: { type: "string" },
  number: { type: "number" },
  yesNo: { type: "boolean" },
  texts: { type: "array", items: { type: "string" } },
} as const;

function inputSchemaOf(inputs: ComposedTool["inputs"]): JsonSchema {
  const required = inputs.filter((input) => input.required).map((input) => input.name);
  return {
    type: "object",
    properties: Object.fromEntries(
      inputs.map(({ name, type, description, choices }) => [
        name,
        {
          ...TYPES[type],
          ...(description ? { description } : {}),
          ...(choices && choices.length > 0 && type === "text" ? { enum: choices } : {}),
        },
      ]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** Refuses a tool whose calls could not be made: an operation or argument that there is not, or a required one that is missing. */
export function checkComposedTools(composed: readonly ComposedTool[], { tools }: Pick<Compiled, "tools">): void {
  const byOperation = new Map(tools.map((tool) => [tool.operation, tool]));
  for (const [at, { steps }] of composed.entries())
    for (const [index, { operation, arguments: given }] of steps.entries()) {
      const field = `composedTools.${at}.steps.${index}`;
      const tool = byOperation.get(operation);
      if (!tool) throw refusal(`${field}.operation`, `the document has no operation ${operation.slice(0, 200)}`);
      const known = Object.keys((tool.inputSchema.properties ?? {}) as object);
      const unknown = Object.keys(given).find((argument) => !known.includes(argument));
      if (unknown !== undefined)
        throw refusal(
          `${field}.arguments`,
          `${operation} has no argument "${unknown}"; it has ${known.join(", ") || "none"}`,
        );
      const missing = ((tool.inputSchema.required ?? []) as string[]).filter(
        (argument) => !Object.hasOwn(given, argument),
      );
      if (missing.length > 0) throw refusal(`${field}.arguments`, `${operation} needs ${missing.join(", ")}`);
    }
}

function refusal(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { issues: [{ field, message }] });
}
