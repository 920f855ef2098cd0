import type { Context } from "../context.ts";
import { shortHash } from "../hash.ts";
import { isObject } from "../json.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { JsonSchema } from "../types.ts";
import { convertSchema } from "./schema.ts";

/** A converted schema that may still be changed. */
export interface Draft {
  schema: JsonSchema | boolean;
  /** The references it holds directly. */
  refs: ReadonlySet<string>;
  /** Schema objects inside, for the budget. */
  nodes: number;
}

/** A converted schema as a part of the output; the object is gone, which is what keeps large documents small. */
export interface Sealed {
  part: Part;
  tokens: number;
  refs: ReadonlySet<string>;
  nodes: number;
}

export interface SchemaStore {
  /** Name under `$defs` of the schema that `ref` names; registers it. */
  nameOf(ref: string): string;
  /** Converts a schema, to be changed and sealed by the caller. */
  draft(schema: unknown): Draft;
  seal(draft: Draft): Sealed;
  /** Converts a schema as it stands, once, however many operations use it. */
  convert(schema: unknown): Sealed;
  /**
   * The definitions that these references reach, nearest first, under the node budget. What does not fit
   * becomes a permissive definition, and `isCut` says so.
   */
  collect(refs: Iterable<string>, nodesUsed: number): Definitions;
  /** All sets of definitions that `collect` gave, by `Definitions.set`. */
  sets: readonly DefinitionSet[];
}

/** `$defs` of one or more tools. */
export type DefinitionSet = [name: string, schema: Part][];

export interface Definitions {
  /** Index of the set; undefined when there are none. */
  set?: number;
  isCut: boolean;
  /** Estimated tokens of the definitions. */
  tokens: number;
}

/** Schema objects in one tool's input. A model cannot use more, and some clients refuse less. */
export const SCHEMA_NODES_MAX = 6_000;
const CUT = JSON.stringify({ description: "Shortened here: any value that the API accepts." });
const CUT_TOKENS = 20;
const NO_REFS: ReadonlySet<string> = new Set();
const NOTHING: Definitions = { isCut: false, tokens: 0 };

export function createSchemaStore(context: Context): SchemaStore {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const definitions = new Map<string, Sealed>();
  const converted = new Map<object, Sealed>();
  const sets: DefinitionSet[] = [];
  const collected = new Map<string, Definitions & { nodes: number }>();

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
  const draft = (schema: unknown): Draft => {
    const refs = new Set<string>();
    const counter = { nodes: 0 };
    return { schema: convertSchema(context, schema, { refs, counter }), refs, nodes: counter.nodes };
  };
  const seal = ({ schema, refs, nodes }: Draft): Sealed => {
    const text = JSON.stringify(schema);
    return { part: context.parts.of(text), tokens: estimateTokens(text), refs: refs.size === 0 ? NO_REFS : refs, nodes };
  };
  const convert = (schema: unknown): Sealed => {
    if (!isObject(schema)) return seal(draft(schema));
    let result = converted.get(schema);
    if (result === undefined) {
      result = seal(draft(schema));
      converted.set(schema, result);
    }
    return result;
  };
  const definition = (ref: string): Sealed => {
    let result = definitions.get(ref);
    if (result === undefined) {
      result = convert(context.lookup(ref));
      definitions.set(ref, result);
    }
    return result;
  };
  const collectWithin = (refs: string[], nodesMax: number): Definitions & { nodes: number } => {
    const set: DefinitionSet = [];
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
        set.push([nameOf(ref), context.parts.of(CUT)]);
        tokens += CUT_TOKENS;
        continue;
      }
      nodes += found.nodes;
      tokens += found.tokens + estimateTokens(nameOf(ref)) + 1;
      set.push([nameOf(ref), found.part]);
      for (const next of found.refs) {
        if (!seen.has(next)) {
          seen.add(next);
          queue.push(next);
        }
      }
    }
    return { set: sets.push(set) - 1, isCut, tokens, nodes };
  };
  return {
    nameOf,
    draft,
    seal,
    convert,
    sets,
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
