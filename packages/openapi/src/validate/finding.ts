import { atPointer, isObject } from "../json.ts";
import { cleanText } from "../transform/text.ts";
import type { Diagnostic, JsonObject } from "../types.ts";

/** An error of Ajv. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: JsonObject;
  message?: string;
}

/** Findings kept: a person reads the first ones, and one mistake in a shared part repeats. */
const FINDINGS_MAX = 50;
/** They say that something below them is wrong, and that is reported itself. */
const COMBINING = new Set([
  "oneOf",
  "anyOf",
  "allOf",
  "if",
  "not",
  "dependentSchemas",
  "unevaluatedProperties",
  "propertyNames",
]);

/** Errors of a JSON Schema as sentences, one for each place: what holds them together and what follows from them is left out. */
export function findingsOf(errors: SchemaError[], root: JsonObject): Diagnostic[] {
  const byPlace = new Map<string, SchemaError[]>();
  for (const error of errors) {
    // A part that is no reference fails the schema of references too.
    if (error.keyword === "required" && error.params.missingProperty === "$ref") continue;
    if (isOtherAlternative(error, root, errors)) continue;
    byPlace.set(error.instancePath, [...(byPlace.get(error.instancePath) ?? []), error]);
  }
  const places = [...byPlace.keys()];
  const findings: Diagnostic[] = [];
  for (const [place, alike] of byPlace) {
    const isDeeperWrong = places.some((other) => other.startsWith(`${place}/`) && byPlace.get(other)?.some(isConcrete));
    const concrete = alike.filter(isConcrete);
    // Of the alternatives that a place could have been, errors deeper down tell which one was meant.
    const telling =
      concrete.length > 0 && !isDeeperWrong ? concrete : isDeeperWrong ? concrete.filter(isExtraField) : alike;
    const sentences = new Set(
      uniteAllowed(telling)
        .slice(0, 8)
        .map((error) => sentenceOf(error, root)),
    );
    if (sentences.size === 0) continue;
    findings.push({
      code: "specification",
      severity: isSerious(telling) ? "warning" : "info",
      pointer: storable(place),
      ...operationOf(place),
      message: cleanText([...sentences].slice(0, 2).join(" ")),
    });
  }
  const shown = findings.slice(0, FINDINGS_MAX);
  if (findings.length > shown.length)
    shown.push({
      code: "specification",
      severity: "info",
      pointer: "",
      message: `The document departs from the specification in ${findings.length - shown.length} more places.`,
    });
  return shown;
}

/** A Swagger 2.0 parameter that fails as what it is also fails as a body and as a reference, which it was not meant to be. */
function isOtherAlternative(
  { keyword, params, instancePath }: SchemaError,
  root: JsonObject,
  all: SchemaError[],
): boolean {
  if (root.swagger === undefined) return false;
  const place = instancePath.replace(/\/in$/, "");
  const parameter = atPointer(root, place);
  if (!isObject(parameter) || typeof parameter.in !== "string" || parameter.in === "body") return false;
  if (keyword === "enum" && instancePath.endsWith("/in")) return String(params.allowedValues) === "body";
  if (keyword === "required") return params.missingProperty === "schema";
  return (
    keyword === "additionalProperties" &&
    all.some((other) => other.instancePath === instancePath && other.params.missingProperty === "$ref")
  );
}

/** Each alternative that a place could have been allows its own values; a reader wants all of them. */
function uniteAllowed(errors: SchemaError[]): SchemaError[] {
  const enums = errors.filter(({ keyword }) => keyword === "enum");
  if (enums.length < 2) return errors;
  const allowedValues = [...new Set(enums.flatMap(({ params }) => params.allowedValues))];
  const united = { ...(enums[0] as SchemaError), params: { allowedValues } };
  return [united, ...errors.filter(({ keyword }) => keyword !== "enum")];
}

function isConcrete({ keyword }: SchemaError): boolean {
  return !COMBINING.has(keyword);
}

function isExtraField({ keyword }: SchemaError): boolean {
  return keyword === "additionalProperties";
}

/** An unknown field changes nothing; a missing or mistyped one may. */
function isSerious(errors: SchemaError[]): boolean {
  return errors.some((error) => !isExtraField(error) && error.keyword !== "pattern");
}

function sentenceOf({ instancePath, keyword, params }: SchemaError, root: JsonObject): string {
  const here = placeOf(instancePath);
  switch (keyword) {
    case "required":
      return `${here} lacks ${quoted(params.missingProperty)}, which the specification asks for.`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `${here} has a field ${quoted(params.additionalProperty ?? params.unevaluatedProperty)} that the specification does not know; it has no effect.`;
    case "type":
      return `${here} should be ${kindOf(params.type)}, and is ${actualOf(atPointer(root, instancePath))}.`;
    case "enum":
      return `${here} has a value that is not allowed there; allowed are ${listed(params.allowedValues)}.`;
    case "const":
      return `${here} should be ${quoted(params.allowedValue)}.`;
    case "pattern":
      return `${here} is not written as the specification asks.`;
    case "minItems":
    case "minProperties":
    case "minLength":
      return `${here} is empty, and should not be.`;
    case "uniqueItems":
      return `${here} lists something twice.`;
    default:
      return `${here} is not described as the specification asks.`;
  }
}

/** The last names of a pointer, which are what a reader looks for. */
function placeOf(pointer: string): string {
  if (pointer === "") return "The document";
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return `${parts.length > 3 ? "… " : ""}${parts.slice(-3).join(" › ").slice(0, 200)}`;
}

function quoted(value: unknown): string {
  return `“${String(value).slice(0, 80)}”`;
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.slice(0, 12).map(String).join(", ") : "others";
}

function kindOf(type: unknown): string {
  const kinds = (Array.isArray(type) ? type : [type]).map((one) => KINDS[String(one)] ?? String(one));
  return kinds.join(" or ");
}

const KINDS: Record<string, string> = {
  object: "an object",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

function actualOf(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return KINDS[typeof value] ?? typeof value;
}

const METHOD = /^\/paths\/([^/]+)\/(get|put|post|delete|options|head|patch|trace)(?:\/|$)/;

/** A NUL cannot be stored. */
function storable(text: string): string {
  return text.replaceAll("\u0000", "\ufffd");
}

/** The operation that a place belongs to. */
function operationOf(pointer: string): { operation?: string } {
  const [, path, method] = METHOD.exec(pointer) ?? [];
  if (path === undefined || method === undefined) return {};
  return { operation: `${method.toUpperCase()} ${storable(path).replaceAll("~1", "/").replaceAll("~0", "~")}` };
}
