import type { Context } from "../context.ts";
import { asObject, isObject } from "../json.ts";
import type { PackedInput } from "../pack.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { BodyPlan, BodyProperty, JsonSchema, ParameterPlan } from "../types.ts";
import { argumentNames, type Slot } from "./argument-name.ts";
import type { Parameter } from "./parameter.ts";
import { BINARY_HINT, type RequestBody } from "./request-body.ts";
import type { Draft, Sealed } from "./schema-store.ts";

export interface Input {
  schema: PackedInput;
  parameters: Part[];
  /** The BodyPlan. */
  body?: Part;
  /** The schema did not fit the budget. */
  isCut: boolean;
  /** Estimated tokens of the schema. */
  tokens: number;
}

/** A parameter as part of a tool, the same for all operations that have it. */
interface PlannedParameter {
  schema: Sealed;
  plan: ParameterPlan;
  /** The plan under the argument name that the parameter takes when it meets no other. */
  part: Part;
}

/** What a body adds to an input, the same for all operations that send it and have no parameter of these names. */
interface BodyInput extends Omit<Sealed, "part"> {
  names: ReadonlySet<string>;
  /** Its properties and which of them are required: a PackedInput. */
  fragment: Part;
  /** The BodyPlan. */
  plan: Part;
}

/** Parameters and body side by side in one flat object schema, and the plan that takes them apart again. */
export function transformInput(context: Context, parameters: Parameter[], body: RequestBody | undefined): Input {
  let names = argumentNames(parameters.map(slotOf));
  let bodyInput =
    body && context.once("body input", body, () => inputOfBody(context, body, argumentNames(bodySlots(body))));
  if (body && bodyInput && areMeeting(bodyInput.names, names, parameters)) {
    // Names meet, so each says where it belongs.
    const isTaken = parameters.some(({ name }) => name === "body");
    names = argumentNames([...parameters.map(slotOf), ...bodySlots(body, isTaken)]);
    bodyInput = inputOfBody(context, body, names.slice(parameters.length));
  }
  const input = new InputSchema(context);
  const parts = parameters.map((parameter, index): Part => {
    const argument = names[index] as string;
    const { schema, plan, part } = context.once("planned parameter", parameter, () =>
      planParameter(context, parameter, argument),
    );
    input.add(argument, schema, parameter.required);
    return plan.argument === argument ? part : context.parts.of(JSON.stringify({ ...plan, argument }));
  });
  if (bodyInput) input.include(bodyInput);
  return { ...input.finish(), parameters: parts, ...(bodyInput ? { body: bodyInput.plan } : {}) };
}

function areMeeting(body: ReadonlySet<string>, names: readonly string[], parameters: readonly Parameter[]): boolean {
  return names.some((name, index) => body.has(name) || body.has(parameters[index]?.name as string));
}

function planParameter(context: Context, parameter: Parameter, argument: string): PlannedParameter {
  const plan = planOf(context, parameter, argument);
  return {
    schema: context.schemas.seal(parameterSchema(context, parameter)),
    plan,
    part: context.parts.of(JSON.stringify(plan)),
  };
}

function planOf(context: Context, parameter: Parameter, argument: string): ParameterPlan {
  const { schema: _schema, description: _description, example: _example, deprecated: _deprecated, ...plan } = parameter;
  return { argument, ...plan, ...(allowsEmpty(context, parameter) ? { allowEmpty: true } : {}) };
}

function slotOf({ in: place, name }: Parameter): Slot {
  return { place, name };
}

function bodySlots({ object }: RequestBody, isTaken = false): Slot[] {
  if (!object) return [{ place: "body", name: isTaken ? "request_body" : "body" }];
  return [...object.properties.keys()].map((name) => ({ place: "body", name }));
}

function inputOfBody(context: Context, body: RequestBody, names: string[]): BodyInput {
  const { schemas } = context;
  if (!body.object) {
    const argument = names[0] as string;
    const draft = schemas.draft(body.schema);
    const shown = body.wholeSchema ? { ...draft, schema: body.wholeSchema } : draft;
    const { part, ...sealed } = schemas.seal(describe(shown, body.description));
    const fragment: PackedInput = {
      properties: [[argument, part]],
      ...(body.required ? { required: [argument] } : {}),
    };
    return bodyInputOf(context, fragment, { ...body.plan, mapping: { kind: "whole", argument } }, sealed);
  }
  const { object } = body;
  const whole = wholeDefinition(context, body);
  const cost = { refs: new Set<string>(), nodes: 0, tokens: 0 };
  const take = ({ refs, nodes, tokens }: Sealed) => {
    for (const ref of refs) cost.refs.add(ref);
    cost.nodes += nodes;
    cost.tokens += tokens;
  };
  if (whole) take(whole.definition);
  const fragment: PackedInput = { properties: [] };
  const required: string[] = [];
  const properties: BodyProperty[] = [];
  for (const [name, branches] of object.properties) {
    const argument = names[properties.length] as string;
    if (whole) fragment.properties.push([argument, [whole.number, name]]);
    else {
      const sealed = propertySchema(context, branches, body.plan.binaryProperties?.includes(name) === true);
      take(sealed);
      cost.tokens += estimateTokens(argument) + 1;
      fragment.properties.push([argument, sealed.part]);
    }
    if (object.required.has(name)) required.push(argument);
    properties.push({ argument, name });
  }
  if (required.length > 0 && body.required) fragment.required = required;
  // An optional body may be left out as a whole, but not in part.
  else if (required.length > 0 && properties.length > 1) fragment.dependentRequired = together(properties, required);
  return bodyInputOf(context, fragment, { ...body.plan, mapping: { kind: "flat", properties } }, cost);
}

function bodyInputOf(
  context: Context,
  fragment: PackedInput,
  plan: BodyPlan,
  { refs, nodes, tokens }: Omit<Sealed, "part">,
): BodyInput {
  const { required = [], dependentRequired } = fragment;
  return {
    names: new Set(fragment.properties.map(([argument]) => argument)),
    fragment: context.parts.of(JSON.stringify(fragment)),
    plan: context.parts.of(JSON.stringify(plan)),
    refs,
    nodes,
    tokens:
      tokens +
      required.reduce((sum, argument) => sum + estimateTokens(argument), 0) +
      (dependentRequired ? estimateTokens(dependentRequired) : 0),
  };
}

function together(properties: readonly BodyProperty[], required: readonly string[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const { argument } of properties) {
    const others = required.filter((other) => other !== argument);
    if (others.length > 0) groups[argument] = others;
  }
  return groups;
}

/** The definition whose members are the properties of the body, word for word: they need not stand twice. */
function wholeDefinition({ lookup, schemas }: Context, { schema, plan }: RequestBody) {
  const ref = asObject(schema).$ref;
  if (typeof ref !== "string" || plan.binaryProperties) return undefined;
  const target = asObject(lookup(ref));
  if (target.$ref !== undefined || target.allOf !== undefined) return undefined;
  return schemas.define(ref);
}

/** One property of the body: all that the branches of an `allOf` say of it. */
function propertySchema({ schemas }: Context, branches: unknown[], isBinary: boolean): Sealed {
  const [first] = branches;
  if (branches.length === 1 && !isBinary) return schemas.convert(first);
  const draft = branches.length === 1 ? schemas.draft(first) : allOf(branches.map((branch) => schemas.draft(branch)));
  return schemas.seal(isBinary ? asBase64(draft) : draft);
}

function parameterSchema(context: Context, parameter: Parameter): Draft {
  const draft = context.schemas.draft(parameter.schema);
  if (!isObject(draft.schema)) return draft;
  const schema = parameter.in === "path" ? withoutNull(draft.schema) : draft.schema;
  const { example } = parameter;
  const isShort =
    example !== undefined && example !== null && typeof example !== "object" && String(example).length <= 80;
  return {
    ...draft,
    schema: {
      ...schema,
      ...(parameter.description === undefined ? {} : { description: parameter.description }),
      ...(parameter.deprecated ? { deprecated: true } : {}),
      ...(isShort ? { examples: [example] } : {}),
    },
  };
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

function describe(draft: Draft, description: string | undefined): Draft {
  if (description === undefined || !isObject(draft.schema) || draft.schema.description !== undefined) return draft;
  return { ...draft, schema: { ...draft.schema, description } };
}

function asBase64(draft: Draft): Draft {
  const schema = asObject(draft.schema);
  const description = typeof schema.description === "string" ? `${schema.description} ${BINARY_HINT}` : BINARY_HINT;
  const { format: _format, contentMediaType: _mediaType, ...rest } = schema;
  if (isObject(schema.items)) {
    const { format: _itemFormat, ...items } = schema.items;
    return { ...draft, schema: { ...rest, items: { ...items, contentEncoding: "base64" }, description } };
  }
  if (schema.$ref !== undefined || schema.allOf !== undefined) return { ...draft, schema: { ...schema, description } };
  return { ...draft, schema: { ...rest, contentEncoding: "base64", description } };
}

function allOf(branches: Draft[]): Draft {
  const distinct = [...new Map(branches.map((branch) => [JSON.stringify(branch.schema), branch])).values()];
  const [only] = distinct;
  if (distinct.length === 1 && only) return only;
  return {
    schema: { allOf: distinct.map((branch) => branch.schema) },
    refs: new Set(distinct.flatMap((branch) => [...branch.refs])),
    nodes: distinct.reduce((sum, branch) => sum + branch.nodes, 1),
  };
}

/** What an object schema costs before it has properties. */
const FRAME_TOKENS = 20;

/** Collects properties and the definitions they need. */
class InputSchema {
  readonly #context: Context;
  readonly #properties: PackedInput["properties"] = [];
  readonly #required: string[] = [];
  readonly #refs = new Set<string>();
  #body: Part | undefined;
  #nodes = 1;
  #tokens = FRAME_TOKENS;

  constructor(context: Context) {
    this.#context = context;
  }

  add(argument: string, { part, ...cost }: Sealed, isRequired: boolean): void {
    this.#properties.push([argument, part]);
    if (isRequired) this.#required.push(argument);
    this.#take(cost);
    this.#tokens += estimateTokens(argument) * (isRequired ? 2 : 1) + 1;
  }

  include({ fragment, ...cost }: BodyInput): void {
    this.#body = fragment;
    this.#take(cost);
  }

  #take({ refs, nodes, tokens }: Omit<Sealed, "part">): void {
    for (const ref of refs) this.#refs.add(ref);
    this.#nodes += nodes;
    this.#tokens += tokens;
  }

  finish(): { schema: PackedInput; isCut: boolean; tokens: number } {
    const { roots, isCut, tokens } = this.#context.schemas.collect(this.#refs, this.#nodes);
    const schema: PackedInput = { properties: this.#properties };
    if (this.#required.length > 0) schema.required = this.#required;
    if (this.#body !== undefined) schema.body = this.#body;
    if (roots.length > 0) schema.definitions = this.#context.parts.of(JSON.stringify(roots));
    // What opens it has to know how much is taken already.
    if (isCut) schema.nodes = this.#nodes;
    return { schema, isCut, tokens: this.#tokens + tokens };
  }
}
