import type { Context } from "../context.ts";
import { shortHash } from "../hash.ts";
import { isObject, jsonText, setOwn } from "../json.ts";
import { estimateTokens } from "../tokens.ts";
import type { JsonSchema } from "../types.ts";
import { convertSchema } from "./schema.ts";

/** A converted schema and the references it holds directly. */
export interface Converted {
  schema: JsonSchema | boolean;
  refs: ReadonlySet<string>;
  /** Schema objects inside, for the budget. */
  nodes: number;
  /** Estimated tokens of the schema, counted when first asked for. */
  tokens?: number;
}

export interface SchemaStore {
  /** Name under `$defs` of the schema that `ref` names; registers it. */
  nameOf(ref: string): string;
  /** Converts a schema once, however many operations use it. */
  convert(schema: unknown): Converted;
  /**
   * The definitions that these references reach, nearest first, under the node budget. What does not fit
   * becomes a permissive definition, and `isCut` says so.
   */
  collect(refs: Iterable<string>, nodesUsed: number): Definitions;
}

export interface Definitions {
  /** The same object for the same references: many operations share it. */
  defs: Readonly<Record<string, JsonSchema | boolean>>;
  isCut: boolean;
  /** Estimated tokens of `defs`. */
  tokens: number;
}

/** Schema objects in one tool's input. A model cannot use more, and some clients refuse less. */
export const SCHEMA_NODES_MAX = 6_000;
const CUT: JsonSchema = { description: "Shortened here: any value that the API accepts." };
const CUT_TOKENS = 20;

export function createSchemaStore(context: Context): SchemaStore {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const definitions = new Map<string, Converted>();
  const converted = new WeakMap<object, Converted>();

  const nameOf = (ref: string): string => {
    let name = names.get(ref);
    if (name === undefined) {
      name = definitionName(ref);
      if (taken.has(name)) name = `${name}_${shortHash(ref, 6)}`;
      taken.add(name);
      names.set(ref, name);
    }
    return name;
  };
  const convertFresh = (schema: unknown): Converted => {
    const refs = new Set<string>();
    const counter = { nodes: 0 };
    return { schema: convertSchema(context, schema, { refs, counter }), refs, nodes: counter.nodes };
  };
  const convert = (schema: unknown): Converted => {
    if (!isObject(schema)) return convertFresh(schema);
    let result = converted.get(schema);
    if (result === undefined) {
      result = convertFresh(schema);
      converted.set(schema, result);
    }
    return result;
  };
  const definition = (ref: string): Converted => {
    let result = definitions.get(ref);
    if (result === undefined) {
      result = convert(context.lookup(ref));
      definitions.set(ref, result);
    }
    return result;
  };
  const collected = new Map<string, Definitions & { nodes: number }>();
  const collectWithin = (refs: string[], nodesMax: number): Definitions & { nodes: number } => {
    const defs: Record<string, JsonSchema | boolean> = {};
    const queue = [...refs];
    const seen = new Set(queue);
    let nodes = 0;
    let isCut = false;
    let tokens = 0;
    for (let index = 0; index < queue.length; index++) {
      const ref = queue[index] as string;
      const found = definition(ref);
      if (nodes + found.nodes > nodesMax) {
        isCut = true;
        setOwn(defs, nameOf(ref), CUT);
        tokens += CUT_TOKENS;
        continue;
      }
      nodes += found.nodes;
      found.tokens ??= estimateTokens(jsonText(found.schema));
      tokens += found.tokens + estimateTokens(nameOf(ref)) + 1;
      setOwn(defs, nameOf(ref), found.schema);
      for (const next of found.refs) {
        if (!seen.has(next)) {
          seen.add(next);
          queue.push(next);
        }
      }
    }
    return { defs, isCut, tokens, nodes };
  };
  return {
    nameOf,
    convert,
    collect(refs, nodesUsed) {
      const wanted = [...refs];
      if (wanted.length === 0) return NOTHING;
      const key = wanted.join("\n");
      const known = collected.get(key);
      if (known !== undefined && nodesUsed + known.nodes <= SCHEMA_NODES_MAX) return known;
      const result = collectWithin(wanted, SCHEMA_NODES_MAX - nodesUsed);
      if (!result.isCut) collected.set(key, result);
      return result;
    },
  };
}

const NOTHING: Definitions = { defs: {}, isCut: false, tokens: 0 };

const DEFINITION_NAME_CHARS_MAX = 60;

function definitionName(ref: string): string {
  let last = ref.split(/[/#]/).pop() ?? "";
  try {
    last = decodeURIComponent(last);
  } catch {
    // Kept as it is.
  }
  const clean = last
    .replaceAll("~1", "_")
    .replaceAll("~0", "_")
    .replace(/[^A-Za-z0-9_.-]+/g, "_")
    .slice(0, DEFINITION_NAME_CHARS_MAX);
  const name = clean === "" || clean === "__proto__" ? "schema" : clean;
  const isPlain = /^#\/(components\/schemas|definitions)\/[^/]+$/.test(ref) && name === last;
  return isPlain ? name : `${name}_${shortHash(ref, 6)}`;
}
