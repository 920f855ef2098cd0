import type { Context } from "../context.ts";
import { shortHash } from "../hash.ts";
import { isObject } from "../json.ts";
import type { Part } from "../parts.ts";
import { estimateTokens } from "../tokens.ts";
import type { JsonSchema } from "../types.ts";
import { createReach, type Definition, SCHEMA_NODES_MAX } from "./definitions.ts";
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
  /** The definition that a reference names, and its number; made now if it is not there yet. */
  define(ref: string): { number: number; definition: Definition };
  /** What these references need under `$defs`. Beyond the node budget it will be cut, and `isCut` says so. */
  collect(refs: ReadonlySet<string>, nodesUsed: number): Needed;
  /** All definitions that were collected, by their number. */
  definitions: readonly Definition[];
}

export interface Needed {
  /** Numbers of the definitions that the references name. */
  roots: readonly number[];
  isCut: boolean;
  /** Estimated tokens of the definitions. */
  tokens: number;
}

const NO_REFS: ReadonlySet<string> = new Set();
const NOTHING: Needed = { roots: [], isCut: false, tokens: 0 };

export function createSchemaStore(context: Context): SchemaStore {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  /** References by the number of the definition that they name, and the other way. */
  const refs: string[] = [];
  const numbers = new Map<string, number>();
  const definitions: Definition[] = [];
  const converted = new Map<object, Sealed>();

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
    return {
      part: context.parts.of(text),
      tokens: estimateTokens(text),
      refs: refs.size === 0 ? NO_REFS : refs,
      nodes,
    };
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
  const numberOf = (ref: string): number => {
    let number = numbers.get(ref);
    if (number === undefined) {
      number = refs.push(ref) - 1;
      numbers.set(ref, number);
    }
    return number;
  };
  // A definition is made when it is first needed, and numbered before that.
  const definitionAt = (number: number): Definition => {
    let found = definitions[number];
    if (found === undefined) {
      const ref = refs[number] as string;
      const sealed = convert(context.lookup(ref));
      const name = nameOf(ref);
      found = {
        ...sealed,
        name,
        tokens: sealed.tokens + estimateTokens(name) + 1,
        next: [...sealed.refs].map(numberOf),
      };
      definitions[number] = found;
    }
    return found;
  };
  const reach = createReach(definitionAt);
  return {
    nameOf,
    draft,
    seal,
    convert,
    definitions,
    define(ref) {
      const number = numberOf(ref);
      return { number, definition: definitionAt(number) };
    },
    collect(refs, nodesUsed) {
      if (refs.size === 0) return NOTHING;
      const roots = [...refs].map(numberOf);
      const { nodes, tokens } = reach(roots);
      return { roots, tokens, isCut: nodesUsed + nodes > SCHEMA_NODES_MAX };
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
