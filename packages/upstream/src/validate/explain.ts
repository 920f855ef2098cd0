import type { JsonSchema } from "@portico/openapi";
import type { ErrorObject } from "ajv/dist/2020.js";
import { isObject, preview } from "../json.ts";
import type { ArgumentProblem } from "../types.ts";

/** Ajv's errors as problems a model can act on, one for each place, the most telling first. */
export function explain(errors: ErrorObject[], args: unknown, schema: JsonSchema): ArgumentProblem[] {
  const byPlace = new Map<string, ArgumentProblem>();
  // Errors of a failed branch say less than the error of the choice itself, unless they are all there is.
  const ordered = [...errors].sort((a, b) => rank(a) - rank(b));
  for (const error of ordered) {
    const problem = describe(error, args, schema);
    if (!byPlace.has(problem.argument)) byPlace.set(problem.argument, problem);
  }
  return [...byPlace.values()];
}

function rank(error: ErrorObject): number {
  if (error.keyword === "additionalProperties" || error.keyword === "required") return 0;
  return /\/(anyOf|oneOf)\/\d+\//.test(error.schemaPath) ? 2 : 1;
}

function describe(error: ErrorObject, args: unknown, schema: JsonSchema): ArgumentProblem {
  const path = readable(error.instancePath);
  const params = error.params as { [key: string]: unknown };
  const at = (name: unknown) => (path === "" ? String(name) : `${path}.${String(name)}`);
  if (error.keyword === "required" || error.keyword === "dependentRequired")
    return problem(at(params.missingProperty), "a value, because it is required", "nothing");
  if (error.keyword === "additionalProperties" || error.keyword === "unevaluatedProperties") {
    const name = params.additionalProperty ?? params.unevaluatedProperty;
    const known = path === "" && isObject(schema.properties) ? Object.keys(schema.properties) : [];
    const near = nearest(String(name), known);
    const hint = near
      ? `no such argument; did you mean "${near}"?`
      : `no such argument${known.length > 0 && known.length <= 20 ? `; known are ${known.join(", ")}` : ""}`;
    return problem(at(name), hint, "a value");
  }
  const value = valueAt(args, error.instancePath);
  return problem(path, expectation(error, params), preview(value));
}

function expectation(error: ErrorObject, params: { [key: string]: unknown }): string {
  switch (error.keyword) {
    case "type":
      return `a value of type ${[params.type].flat().join(" or ")}`;
    case "enum":
      return `one of ${preview(params.allowedValues, 300)}`;
    case "const":
      return `exactly ${preview(params.allowedValue)}`;
    case "pattern":
      return `text that matches ${preview(params.pattern, 200)}`;
    case "anyOf":
    case "oneOf":
      return "a value that fits exactly one of the forms in the schema";
    default:
      return `a value that ${(error.message ?? "fits the schema").replace(/^must /, "is to ")}`;
  }
}

function problem(argument: string, expected: string, got: string): ArgumentProblem {
  const name = argument === "" ? "The arguments" : `Argument "${argument}"`;
  return { argument, expected, got, message: `${name}: expected ${expected}; got ${got}.` };
}

/** `/items/0/name` to `items[0].name`. */
function readable(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce(
      (path, segment) => (/^\d+$/.test(segment) ? `${path}[${segment}]` : path === "" ? segment : `${path}.${segment}`),
      "",
    );
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = (value as { [key: string]: unknown })[key];
  }
  return value;
}

/** The known name that differs only in case and separators, or starts alike. */
function nearest(name: string, known: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(name);
  return (
    known.find((candidate) => plain(candidate) === wanted) ??
    known.find(
      (candidate) => wanted.length >= 3 && (plain(candidate).startsWith(wanted) || plain(candidate).endsWith(wanted)),
    )
  );
}
