import { toDialect } from "./dialect.ts";
import { asArray, asObject, atPointer, isObject } from "./json.ts";
import type { Dialect, JsonObject, JsonSchema } from "./types.ts";

/**
 * What a dialect makes of a schema: `references` are written out, `alternatives` become one shape, `limits` and `maps` move into words, `values`
 * are left open, `defaults` and `examples` are left out, what is `deep` or goes round is free-form, `words` are clipped, and what was
 * `optional` has to be sent, if only as null.
 */
export type DialectChangeKind =
  | "references"
  | "alternatives"
  | "limits"
  | "maps"
  | "values"
  | "defaults"
  | "examples"
  | "deep"
  | "words"
  | "optional";

export interface DialectChange {
  kind: DialectChangeKind;
  /** The arguments that it is about, in the order of the schema. */
  arguments: string[];
}

const KEYWORDS: readonly (readonly [DialectChangeKind, readonly string[]])[] = [
  ["references", ["$ref"]],
  ["alternatives", ["oneOf", "anyOf", "allOf", "not", "if"]],
  [
    "limits",
    [
      ...["format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
      ...["minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "pattern", "minProperties", "maxProperties"],
    ],
  ],
  ["defaults", ["default"]],
  ["examples", ["example", "examples"]],
];
/** A schema larger than this is told of no further. */
const NODES_MAX = 5_000;

/** What of an input schema a client with this dialect gets in another way, by kind; nothing for `full`. */
export function dialectChanges(schema: JsonSchema, dialect: Dialect): DialectChange[] {
  if (dialect === "full") return [];
  const converted = asObject(toDialect(schema, dialect).properties);
  const needed = new Set(asArray(schema.required));
  const found = new Map<DialectChangeKind, string[]>();
  for (const [name, raw] of Object.entries(asObject(schema.properties))) {
    const [before, after] = [factsOf(raw, schema), factsOf(converted[name], {})];
    const kinds: DialectChangeKind[] = KEYWORDS.flatMap(([kind, keywords]) =>
      keywords.some((keyword) => before.keywords.has(keyword) && !after.keywords.has(keyword)) ? [kind] : [],
    );
    if (before.isMap && !after.isMap) kinds.push("maps");
    if (before.values > after.values) kinds.push("values");
    if (before.depth > after.depth || before.isRound) kinds.push("deep");
    if (after.isClipped && !before.isClipped) kinds.push("words");
    if (dialect === "openai-strict" && !needed.has(name)) kinds.push("optional");
    for (const kind of new Set(kinds)) found.set(kind, [...(found.get(kind) ?? []), name]);
  }
  return [...found].map(([kind, names]) => ({ kind, arguments: names }));
}

interface Facts {
  keywords: Set<string>;
  /** Levels of objects with properties. */
  depth: number;
  /** Values of the longest list of them. */
  values: number;
  isMap: boolean;
  isRound: boolean;
  isClipped: boolean;
}

function factsOf(raw: unknown, root: JsonObject): Facts {
  const facts: Facts = {
    ...{ keywords: new Set<string>(), depth: 0, values: 0 },
    ...{ isMap: false, isRound: false, isClipped: false },
  };
  let nodes = 0;
  const walk = (node: unknown, depth: number, open: readonly string[]): void => {
    if (!isObject(node) || ++nodes > NODES_MAX) return;
    for (const keyword of Object.keys(node)) facts.keywords.add(keyword);
    if (typeof node.$ref === "string") {
      if (open.includes(node.$ref)) facts.isRound = true;
      else walk(atPointer(root, node.$ref.slice(1)), depth, [...open, node.$ref]);
    }
    const properties = Object.values(asObject(node.properties));
    const inner = depth + (properties.length > 0 ? 1 : 0);
    facts.depth = Math.max(facts.depth, inner);
    facts.values = Math.max(facts.values, asArray(node.enum).filter((value) => value !== null).length);
    facts.isMap ||= isObject(node.additionalProperties) && Object.keys(node.additionalProperties).length > 0;
    facts.isClipped ||= typeof node.description === "string" && /…$/.test(node.description);
    for (const property of properties) walk(property, inner, open);
    for (const keyword of ["items", "additionalProperties", "not"]) walk(node[keyword], inner, open);
    for (const keyword of ["oneOf", "anyOf", "allOf", "prefixItems"])
      for (const branch of asArray(node[keyword])) walk(branch, inner, open);
  };
  walk(raw, 0, []);
  return facts;
}
