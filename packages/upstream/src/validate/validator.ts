import type { Dialect, JsonSchema } from "@portico/openapi";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { isObject } from "../json.ts";
import type { Validate, ValidateResult } from "../types.ts";
import { explain } from "./explain.ts";
import { heal } from "./heal.ts";
import { linearRegExp } from "./pattern.ts";
import { relaxSchema } from "./relax.ts";

const CACHE_MAX_DEFAULT = 500;
/** A model fixes a few mistakes at a time. */
const PROBLEMS_MAX = 8;
const HEAL_ROUNDS_MAX = 4;
const HEALED_ERRORS_MAX = 200;

/**
 * Validates arguments against a tool's full input schema. Schemas compile on first use and the least recently
 * used are forgotten. Unambiguous mistakes of models are healed on a copy; nothing is dropped silently. With a
 * dialect other than `full`, constraints that the model could not see are not enforced.
 */
export function createValidator(options: { cacheMax?: number } = {}): Validate {
  const cacheMax = options.cacheMax ?? CACHE_MAX_DEFAULT;
  const cache = new Map<string, ValidateFunction>();
  const compiled = (toolId: string, schema: JsonSchema): ValidateFunction => {
    const known = cache.get(toolId);
    // Which was used last matters only when one has to go.
    if (known && cache.size < cacheMax / 2) return known;
    const validate = known ?? compile(schema);
    cache.delete(toolId);
    cache.set(toolId, validate);
    if (cache.size > cacheMax) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
    return validate;
  };
  return (toolId, schema, given, dialect = "full") => check(compiled(toolId, schema), schema, given, dialect);
}

function check(validate: ValidateFunction, schema: JsonSchema, given: unknown, dialect: Dialect): ValidateResult {
  let args = given ?? {};
  if (typeof args === "string") args = parseObject(args) ?? args;
  if (!isObject(args)) {
    return {
      ok: false,
      problems: [
        {
          argument: "",
          expected: "an object of arguments",
          got: typeof given,
          message: "The arguments must be a JSON object.",
        },
      ],
    };
  }
  if (isTooDeep(args)) return { ok: false, problems: [tooDeep()] };
  const unsafe = unsafeInteger(args, schema);
  if (unsafe) return { ok: false, problems: [unsafe] };
  if (run(validate, args, schema)) return { ok: true, args };
  const errors = [...(validate.errors ?? [])];
  let healed = structuredClone(args);
  let pending = errors;
  for (let round = 0; round < HEAL_ROUNDS_MAX; round++) {
    const next = heal(healed, pending.slice(0, HEALED_ERRORS_MAX), schema);
    if (next === undefined) break;
    healed = next;
    if (run(validate, healed, schema)) return { ok: true, args: healed };
    pending = [...(validate.errors ?? [])];
  }
  // A model is held to what it was shown; what only the full schema says is left to the API.
  if (dialect !== "full" && !pending.some(isShownEverywhere)) return { ok: true, args: healed };
  return { ok: false, problems: explain(errors, args, schema).slice(0, PROBLEMS_MAX) };
}

/** Required, unknown and mistyped arguments: every dialect states them. */
function isShownEverywhere(error: ErrorObject): boolean {
  if (/\/(anyOf|oneOf)\//.test(error.schemaPath)) return false;
  if (error.keyword === "type") return error.instancePath.lastIndexOf("/") === 0;
  return error.instancePath === "" && ["required", "additionalProperties"].includes(error.keyword);
}

function run(validate: ValidateFunction, args: unknown, schema: JsonSchema): boolean {
  try {
    return validate(args) === true;
  } catch {
    // The arguments are not deep, so it is the schema that recurses without end (`allOf` of itself).
    const names = shallow(schema);
    const isValid = names(args) === true;
    validate.errors = names.errors ?? null;
    return isValid;
  }
}

/** One Ajv for each schema, so that forgetting a schema frees all of it. */
function compile(schema: JsonSchema): ValidateFunction {
  return tryCompile(relaxSchema(schema)) ?? shallow(schema);
}

/** A validator that also judges `pattern`; undefined for a schema that cannot be compiled. */
export function compilePatterns(schema: JsonSchema): ValidateFunction | undefined {
  return tryCompile(relaxSchema(schema, { keepPatterns: true }));
}

function tryCompile(schema: JsonSchema): ValidateFunction | undefined {
  try {
    const ajv = new Ajv2020({
      allErrors: true,
      strict: false,
      strictNumbers: true,
      validateSchema: false,
      meta: false,
      validateFormats: false,
      addUsedSchema: false,
      inlineRefs: false,
      ownProperties: true,
      logger: false,
      code: { regExp: linearRegExp },
    });
    return ajv.compile(schema);
  } catch {
    return undefined;
  }
}

/** For a schema that Ajv cannot compile: names and required arguments are still checked. */
function shallow(schema: JsonSchema): ValidateFunction {
  const { properties, ...rest } = schema;
  const names = Object.fromEntries(Object.keys(isObject(properties) ? properties : {}).map((name) => [name, {}]));
  const { required, additionalProperties } = rest;
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    meta: false,
    ownProperties: true,
    logger: false,
  });
  return ajv.compile({
    type: "object",
    properties: names,
    ...(required ? { required } : {}),
    ...(additionalProperties === false ? { additionalProperties: false } : {}),
  });
}

/** Deeper than any API's data; validators and serializers recurse. */
const ARGUMENT_DEPTH_MAX = 100;

function isTooDeep(args: object): boolean {
  const stack: [object, number][] = [[args, 1]];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const [node, depth] = entry;
    if (depth > ARGUMENT_DEPTH_MAX) return true;
    for (const value of Object.values(node))
      if (value !== null && typeof value === "object") stack.push([value, depth + 1]);
  }
  return false;
}

function tooDeep() {
  const expected = `at most ${ARGUMENT_DEPTH_MAX} levels of nesting`;
  return { argument: "", expected, got: "more", message: `The arguments are nested too deeply: expected ${expected}.` };
}

function parseObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An integer that a double cannot hold has already lost digits; sending it would name another thing. */
function unsafeInteger(args: { [key: string]: unknown }, schema: JsonSchema) {
  const properties = isObject(schema.properties) ? schema.properties : {};
  for (const argument of Object.keys(args)) {
    const value = args[argument];
    if (typeof value !== "number" || Number.isSafeInteger(value)) continue;
    if (!Number.isInteger(value) || Math.abs(value) >= 1e21) continue;
    const property = Object.hasOwn(properties, argument) ? properties[argument] : undefined;
    if (!isObject(property) || ![property.type].flat().includes("integer")) continue;
    const expected = "an integer of at most 15 digits";
    return {
      argument,
      expected,
      got: String(value),
      message: `Argument "${argument}": ${value} is too large to be exact.`,
    };
  }
  return undefined;
}
