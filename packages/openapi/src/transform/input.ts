import type { Context } from "../context.ts";
import { isObject, jsonText, setOwn } from "../json.ts";
import { estimateTokens } from "../tokens.ts";
import type { BodyPlan, JsonSchema, ParameterPlan } from "../types.ts";
import { argumentNames, type Slot } from "./argument-name.ts";
import type { Parameter } from "./parameter.ts";
import { BINARY_HINT, type RequestBody } from "./request-body.ts";
import type { Converted } from "./schema-store.ts";

export interface Input {
  inputSchema: JsonSchema;
  parameters: ParameterPlan[];
  body?: BodyPlan;
  /** The schema did not fit the budget. */
  isCut: boolean;
  /** Estimated tokens of the schema. */
  tokens: number;
}

/** Parameters and body side by side in one flat object schema, and the plan that takes them apart again. */
export function transformInput(context: Context, parameters: Parameter[], body: RequestBody | undefined): Input {
  const names = argumentNames(slotsOf(parameters, body));
  const input = new InputSchema(context);
  const plans = parameters.map((parameter, index): ParameterPlan => {
    const argument = names[index] as string;
    input.add(
      argument,
      context.once("parameter schema", parameter, () => parameterSchema(context, parameter)),
      parameter.required,
    );
    const plan = context.once("parameter plan", parameter, () => planOf(context, parameter, argument));
    return plan.argument === argument ? plan : { ...plan, argument };
  });
  const bodyPlan = body && addBody(context, input, body, names.slice(parameters.length));
  return { ...input.finish(), parameters: plans, ...(bodyPlan ? { body: bodyPlan } : {}) };
}

function planOf(context: Context, parameter: Parameter, argument: string): ParameterPlan {
  const { schema: _schema, description: _description, example: _example, deprecated: _deprecated, ...plan } = parameter;
  return { argument, ...plan, ...(allowsEmpty(context, parameter) ? { allowEmpty: true } : {}) };
}

function slotsOf(parameters: Parameter[], body: RequestBody | undefined): Slot[] {
  const slots: Slot[] = parameters.map((parameter) => ({ place: parameter.in, name: parameter.name }));
  if (body?.object) for (const name of body.object.properties.keys()) slots.push({ place: "body", name });
  else if (body)
    slots.push({
      place: "body",
      name: parameters.some((parameter) => parameter.name === "body") ? "request_body" : "body",
    });
  return slots;
}

function addBody(context: Context, input: InputSchema, body: RequestBody, names: string[]): BodyPlan {
  if (!body.object) {
    const argument = names[0] as string;
    const converted = body.wholeSchema
      ? withSchema(context.schemas.convert(body.schema), body.wholeSchema)
      : context.schemas.convert(body.schema);
    input.add(argument, describe(converted, body.description), body.required);
    return { ...body.plan, mapping: { kind: "whole", argument } };
  }
  const { object } = body;
  const properties = [...object.properties].map(([name, schemas], index) => {
    const argument = names[index] as string;
    const converted =
      schemas.length === 1
        ? context.schemas.convert(schemas[0])
        : allOf(schemas.map((schema) => context.schemas.convert(schema)));
    const isBinary = body.plan.binaryProperties?.includes(name) === true;
    input.add(argument, isBinary ? asBase64(converted) : converted, body.required && object.required.has(name));
    return { argument, name };
  });
  if (!body.required && object.required.size > 0) {
    // An optional body may be left out as a whole, but not in part.
    const required = properties.filter(({ name }) => object.required.has(name)).map(({ argument }) => argument);
    for (const { argument } of properties) input.requireTogether(argument, required);
  }
  return { ...body.plan, mapping: { kind: "flat", properties } };
}

function parameterSchema(context: Context, parameter: Parameter): Converted {
  let converted = context.schemas.convert(parameter.schema);
  if (parameter.in === "path" && isObject(converted.schema))
    converted = withSchema(converted, withoutNull(converted.schema));
  const extra: JsonSchema = {};
  if (parameter.description !== undefined) extra.description = parameter.description;
  if (parameter.deprecated) extra.deprecated = true;
  const { example } = parameter;
  if (example !== undefined && example !== null && typeof example !== "object" && String(example).length <= 80)
    extra.examples = [example];
  if (Object.keys(extra).length === 0 || !isObject(converted.schema)) return converted;
  return withSchema(converted, { ...converted.schema, ...extra });
}

/** An empty value shortens the path, so the document must name it as a choice. */
function allowsEmpty(context: Context, parameter: Parameter): boolean {
  const schema = context.resolve(parameter.schema);
  return parameter.in === "path" && isObject(schema) && Array.isArray(schema.enum) && schema.enum.includes("");
}

/** A segment of a path cannot be null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.type) || !schema.type.includes("null") || schema.type.length < 2) return schema;
  const types = schema.type.filter((type) => type !== "null");
  const choices = Array.isArray(schema.enum) ? { enum: schema.enum.filter((value) => value !== null) } : {};
  return { ...schema, type: types.length === 1 ? types[0] : types, ...choices };
}

function describe(converted: Converted, description: string | undefined): Converted {
  if (description === undefined || !isObject(converted.schema) || converted.schema.description !== undefined)
    return converted;
  return withSchema(converted, { ...converted.schema, description });
}

function asBase64(converted: Converted): Converted {
  const schema = isObject(converted.schema) ? converted.schema : {};
  const description = typeof schema.description === "string" ? `${schema.description} ${BINARY_HINT}` : BINARY_HINT;
  const { format: _format, contentMediaType: _mediaType, ...rest } = schema;
  if (isObject(schema.items)) {
    const { format: _itemFormat, ...items } = schema.items;
    return withSchema(converted, { ...rest, items: { ...items, contentEncoding: "base64" }, description });
  }
  if (schema.$ref !== undefined || schema.allOf !== undefined) return withSchema(converted, { ...schema, description });
  return withSchema(converted, { ...rest, contentEncoding: "base64", description });
}

function allOf(branches: Converted[]): Converted {
  const distinct = [...new Map(branches.map((branch) => [JSON.stringify(branch.schema), branch])).values()];
  const [only] = distinct;
  if (distinct.length === 1 && only) return only;
  return {
    schema: { allOf: distinct.map((branch) => branch.schema) },
    refs: new Set(distinct.flatMap((branch) => [...branch.refs])),
    nodes: distinct.reduce((sum, branch) => sum + branch.nodes, 1),
  };
}

function withSchema(converted: Converted, schema: JsonSchema): Converted {
  const { tokens: _tokens, ...rest } = converted;
  return { ...rest, schema };
}

/** What an object schema costs before it has properties. */
const FRAME_TOKENS = 20;

/** Collects properties and the definitions they need. */
class InputSchema {
  readonly #context: Context;
  readonly #properties: JsonSchema = {};
  readonly #required: string[] = [];
  readonly #together: Record<string, string[]> = {};
  readonly #refs = new Set<string>();
  #nodes = 1;
  #tokens = FRAME_TOKENS;

  constructor(context: Context) {
    this.#context = context;
  }

  add(argument: string, converted: Converted, isRequired: boolean): void {
    setOwn(this.#properties, argument, converted.schema === true ? {} : converted.schema);
    if (isRequired) this.#required.push(argument);
    for (const ref of converted.refs) this.#refs.add(ref);
    this.#nodes += converted.nodes;
    converted.tokens ??= estimateTokens(jsonText(converted.schema));
    this.#tokens += converted.tokens + estimateTokens(argument) * (isRequired ? 2 : 1) + 1;
  }

  requireTogether(argument: string, others: string[]): void {
    const needed = others.filter((other) => other !== argument);
    if (needed.length > 0) this.#together[argument] = needed;
  }

  finish(): { inputSchema: JsonSchema; isCut: boolean; tokens: number } {
    const { defs, isCut, tokens } = this.#context.schemas.collect(this.#refs, this.#nodes);
    const hasGroups = Object.keys(this.#together).length > 0;
    const inputSchema: JsonSchema = { type: "object", properties: this.#properties };
    if (this.#required.length > 0) inputSchema.required = this.#required;
    if (hasGroups) inputSchema.dependentRequired = this.#together;
    inputSchema.additionalProperties = false;
    if (tokens > 0) inputSchema.$defs = defs;
    const size = this.#tokens + tokens + (hasGroups ? estimateTokens(this.#together) : 0);
    return { inputSchema, isCut, tokens: size };
  }
}
