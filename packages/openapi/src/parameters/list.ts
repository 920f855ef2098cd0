import { formFieldOf } from "../ask-for.ts";
import { typeOf } from "../dialect.ts";
import { asArray } from "../json.ts";
import type { JsonSchema, ParameterPlan, Tool } from "../types.ts";
import { childKeys, flattenable, spread } from "./spread.ts";
import { choosable, flatSchema } from "./values.ts";

/** One argument of a tool as its document gives it, and what a person can make of it. */
export interface Parameter {
  /** What edits of it are kept under. */
  key: string;
  /** What the model calls it unless a person says otherwise. */
  name: string;
  in: ParameterPlan["in"] | "body";
  /** In words: `list of string`. */
  type: string;
  isText: boolean;
  description?: string;
  /** The API needs it. */
  isRequired: boolean;
  /** What the document says that it is when it is left out. */
  default?: unknown;
  /** What it, or each item of a list, can be restricted to; no choices: any text or number. */
  values?: {
    type: "string" | "number" | "integer" | "boolean";
    isList: boolean;
    choices?: (string | number | boolean)[];
  };
  isAskable: boolean;
  /** Its properties, when it can be flattened. */
  properties?: Parameter[];
}

/** A tool's arguments without anybody's edits. The tool is as the document gives it, its body sent as it will be. */
export function listParameters(tool: Tool): Parameter[] {
  return listOf(tool, new Map(), true);
}

function listOf(tool: Tool, keys: ReadonlyMap<string, string>, isOutside: boolean): Parameter[] {
  const { inputSchema, plan } = tool;
  const places = new Map(plan.parameters.map((one) => [one.argument, one.in]));
  const required = new Set(asArray(inputSchema.required));
  return Object.keys((inputSchema.properties ?? {}) as object).map((name) => {
    const flat = flatSchema(inputSchema, name);
    const values = choosable(inputSchema, name);
    const properties = isOutside ? propertiesOf(tool, name) : undefined;
    return {
      key: keys.get(name) ?? name,
      name,
      in: places.get(name) ?? "body",
      type: typeWords(inputSchema, name),
      isText: typeOf(flat) === "string",
      ...(typeof flat.description === "string" ? { description: flat.description } : {}),
      isRequired: required.has(name),
      ...(flat.default === undefined ? {} : { default: flat.default }),
      ...(values ? { values } : {}),
      isAskable: "field" in formFieldOf(inputSchema, name),
      ...(properties ? { properties } : {}),
    };
  });
}

function propertiesOf(tool: Tool, name: string): Parameter[] | undefined {
  const found = flattenable(tool, name);
  if ("problem" in found) return undefined;
  const { tool: flat, keys } = spread(tool, { [name]: { flatten: true } });
  const own = new Set(childKeys(name, found));
  return listOf(flat, keys, false).filter(({ key }) => own.has(key));
}

function typeWords(root: JsonSchema, name: string): string {
  const flat = flatSchema(root, name);
  const type = typeOf(flat);
  if (type === "array") {
    const items = choosable(root, name);
    return items ? `list of ${items.type}` : "list";
  }
  if (type !== undefined) return typeof flat.format === "string" ? `${type}, ${flat.format}` : type;
  const types = asArray(flat.type).filter((one) => one !== "null");
  return types.length > 0 ? types.join(" or ") : "any";
}
