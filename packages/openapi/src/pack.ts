import { setOwn } from "./json.ts";
import { createParts, type Part } from "./parts.ts";
import { annotationsOf } from "./transform/annotations.ts";
import { SCHEMA_NODES_MAX } from "./transform/definitions.ts";
import { parsePath } from "./transform/path.ts";
import type {
  BodyPlan,
  CallPlan,
  Compiled,
  Diagnostic,
  JsonSchema,
  Operation,
  Tool,
  ToolAnnotations,
} from "./types.ts";

/** A property of a definition, by the number of that and its name there. */
export type PackedMember = [definition: number, name: string];

/** An input schema whose parts stand elsewhere. It is an object without additional properties. */
export interface PackedInput {
  properties: [argument: string, schema: Part | PackedMember][];
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  /** A PackedInput with what the body adds after the parameters. */
  body?: Part;
  /** The definitions that it refers to: a list of indexes into `PackedTools.definitions`. */
  definitions?: Part;
  /** Schema objects beside the definitions; present when not all of these fit the budget. */
  nodes?: number;
}

/** A definition, the schema objects in it, and the definitions that it refers to. */
export type PackedDefinition = [name: string, schema: Part, nodes: number, next: number[]];

/** A tool without what it shares. */
export interface PackedTool extends Omit<Tool, "inputSchema" | "outputSchema" | "plan" | "variants"> {
  input: PackedInput;
  variants?: PackedVariant[];
  output?: Part;
  plan: Omit<CallPlan, "parameters" | "body" | "security" | "baseUrls" | "response"> & {
    parameters: Part[];
    body?: Part;
    security: Part;
    baseUrls: Part;
    response: Part;
  };
}

/** A tool as the compiler writes it: what its operation says already is not repeated. */
export interface CompiledTool
  extends Omit<PackedTool, "name" | "operation" | "tags" | "deprecated" | "tokens" | "annotations" | "plan"> {
  /** What its author says beside what follows from the method. */
  annotations?: Partial<ToolAnnotations>;
  plan: Omit<PackedTool["plan"], "method" | "path">;
}

/** A BodyVariant; without an input it has the tool's own. */
export interface PackedVariant {
  contentType: string;
  input?: PackedInput;
  body?: Part;
}

/** Tools as plain JSON in which a shared schema, parameter or definition stands once. */
export interface PackedTools {
  parts: unknown[];
  /** What stands in the `$defs` of tools: its own definitions and all that these lead to. */
  definitions: PackedDefinition[];
  tools: PackedTool[];
}

/**
 * Tools in the form to be stored: what they share by reference is written once. Kubernetes' 1,123 tools are
 * 17 MB as they stand and 2 MB like this; writing and reading them takes as much less time.
 */
export function packTools(tools: readonly Tool[]): PackedTools {
  const values: unknown[] = [];
  const parts = createParts((text) => values.push(JSON.parse(text)));
  // Schemas that tools share by reference are written once.
  const known = new Map<object, Part>();
  const partOf = (value: object): Part => {
    let part = known.get(value);
    if (part === undefined) {
      part = parts.of(JSON.stringify(value));
      known.set(value, part);
    }
    return part;
  };
  const partsOf = (schemas: unknown): [string, Part][] =>
    Object.entries((schemas ?? {}) as Record<string, object>).map(([name, schema]) => [
      name,
      typeof schema === "boolean" ? parts.of(String(schema)) : partOf(schema),
    ]);
  const definitions: PackedDefinition[] = [];
  const numbers = new Map<string, number>();
  const sets = new Map<object, Part>();
  const setOf = (defs: object): Part => {
    let set = sets.get(defs);
    if (set === undefined) {
      // All of them are named, so none leads anywhere.
      const members = partsOf(defs).map(([name, part]) => {
        const key = `${part} ${name}`;
        let number = numbers.get(key);
        if (number === undefined) {
          number = definitions.push([name, part, 0, []]) - 1;
          numbers.set(key, number);
        }
        return number;
      });
      set = parts.of(JSON.stringify(members));
      sets.set(defs, set);
    }
    return set;
  };
  const inputOf = ({ properties, $defs, required, dependentRequired }: JsonSchema): PackedInput => ({
    properties: partsOf(properties),
    ...(required === undefined ? {} : { required: required as string[] }),
    ...(dependentRequired === undefined ? {} : { dependentRequired: dependentRequired as Record<string, string[]> }),
    ...($defs === undefined ? {} : { definitions: setOf($defs as object) }),
  });
  const packed = tools.map((tool): PackedTool => {
    const { inputSchema, outputSchema, plan, variants, ...rest } = tool;
    const { parameters, body, security, baseUrls, response, ...call } = plan;
    return {
      ...rest,
      input: inputOf(inputSchema),
      ...(variants === undefined
        ? {}
        : {
            variants: variants.map(({ inputSchema: own, body: plan, ...variant }) => ({
              ...variant,
              ...(own === undefined ? {} : { input: inputOf(own) }),
              ...(plan === undefined ? {} : { body: partOf(plan) }),
            })),
          }),
      ...(outputSchema === undefined ? {} : { output: partOf(outputSchema) }),
      plan: {
        ...call,
        parameters: parameters.map(partOf),
        ...(body === undefined ? {} : { body: partOf(body) }),
        security: partOf(security),
        baseUrls: partOf(baseUrls),
        response: partOf(response),
      },
    };
  });
  return { parts: values, definitions, tools: packed };
}

/** The tools of `packTools`, sharing their parts as before: nobody may change one. */
export function unpackTools({ parts, definitions, tools }: PackedTools): Tool[] {
  const sets = new Map<Part, JsonSchema>();
  const defsOf = ({ definitions: roots, nodes }: PackedInput): JsonSchema | undefined => {
    if (roots === undefined) return undefined;
    if (nodes !== undefined) return expand(parts[roots] as number[], definitions, parts, SCHEMA_NODES_MAX - nodes);
    let set = sets.get(roots);
    if (set === undefined) {
      set = expand(parts[roots] as number[], definitions, parts, Number.POSITIVE_INFINITY);
      sets.set(roots, set);
    }
    return set;
  };
  const put = (properties: JsonSchema, entries: PackedInput["properties"]) => {
    for (const [argument, schema] of entries)
      setOwn(properties, argument, typeof schema === "number" ? parts[schema] : memberOf(schema));
  };
  const memberOf = ([number, name]: PackedMember): unknown => {
    const [, part] = definitions[number] as PackedDefinition;
    const { properties } = parts[part] as { properties?: JsonSchema };
    return properties?.[name];
  };
  const schemaOf = (input: PackedInput): JsonSchema => {
    const body = input.body === undefined ? undefined : (parts[input.body] as PackedInput);
    const properties: JsonSchema = {};
    put(properties, input.properties);
    if (body) put(properties, body.properties);
    const required = [...(input.required ?? []), ...(body?.required ?? [])];
    const dependentRequired = input.dependentRequired ?? body?.dependentRequired;
    const $defs = defsOf(input);
    return {
      type: "object",
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...(dependentRequired === undefined ? {} : { dependentRequired }),
      additionalProperties: false,
      ...($defs === undefined ? {} : { $defs }),
    };
  };
  return tools.map((packed): Tool => {
    const { input, output, plan, variants, ...rest } = packed;
    const { body, ...call } = plan;
    return {
      ...rest,
      inputSchema: schemaOf(input),
      ...(output === undefined ? {} : { outputSchema: parts[output] as JsonSchema }),
      plan: {
        ...call,
        parameters: plan.parameters.map((index) => parts[index]) as CallPlan["parameters"],
        ...(body === undefined ? {} : { body: parts[body] as BodyPlan }),
        security: parts[plan.security] as CallPlan["security"],
        baseUrls: parts[plan.baseUrls] as CallPlan["baseUrls"],
        response: parts[plan.response] as CallPlan["response"],
      },
      ...(variants === undefined
        ? {}
        : {
            variants: variants.map(({ input: own, body, ...variant }) => ({
              ...variant,
              ...(own === undefined ? {} : { inputSchema: schemaOf(own) }),
              ...(body === undefined ? {} : { body: parts[body] as BodyPlan }),
            })),
          }),
    };
  });
}

const CUT: JsonSchema = { description: "Shortened here: any value that the API accepts." };

/** `$defs` with these definitions and all that they lead to, the nearest first; what does not fit is permissive. */
function expand(
  roots: readonly number[],
  definitions: readonly PackedDefinition[],
  parts: readonly unknown[],
  nodesMax: number,
): JsonSchema {
  const defs: JsonSchema = {};
  const queue = [...roots];
  const seen = new Set(queue);
  let left = nodesMax;
  for (let index = 0; index < queue.length; index++) {
    const [name, part, nodes, next] = definitions[queue[index] as number] as PackedDefinition;
    if (nodes > left) {
      setOwn(defs, name, CUT);
      continue;
    }
    left -= nodes;
    setOwn(defs, name, parts[part]);
    for (const number of next) {
      if (seen.has(number)) continue;
      seen.add(number);
      queue.push(number);
    }
  }
  return defs;
}

/** The compiler's output as it is stored. */
export interface CompiledJson {
  /** UTF-8, in pieces: `openCompiled` reads it. */
  chunks: Uint8Array[];
  operationCount: number;
  toolCount: number;
  /** Those in the chunks. */
  diagnostics: Diagnostic[];
}

/** The compiler's output from its JSON, with all tools or those of some operations. They share their parts: nobody may change one. */
export function openCompiled(json: Uint8Array | readonly Uint8Array[], select?: ReadonlySet<string>): Compiled {
  const { parts, definitions, tools, ...rest } = JSON.parse(decode(json)) as StoredCompiled;
  const packed = tools.flatMap((tool): PackedTool[] => {
    const operation = rest.operations[tool.of] as Operation;
    return select && !select.has(operation.key) ? [] : [complete(tool, operation)];
  });
  return { ...rest, tools: unpackTools({ parts, definitions, tools: packed }) };
}

function decode(json: Uint8Array | readonly Uint8Array[]): string {
  const { buffer, byteOffset, byteLength } = json instanceof Uint8Array ? json : Buffer.concat(json);
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}

interface StoredCompiled extends Omit<Compiled, "tools">, Omit<PackedTools, "tools"> {
  /** `of`: index of the operation. */
  tools: (CompiledTool & { of: number })[];
}

/** A tool with all that its operation says. */
function complete(
  { of: _of, annotations, plan, ...tool }: CompiledTool & { of: number },
  operation: Operation,
): PackedTool {
  const { key, method, path, tags, deprecated, toolName = "", tokens = 0 } = operation;
  return {
    name: toolName,
    ...tool,
    annotations: { ...annotationsOf(method, tool.title), ...annotations },
    operation: key,
    tags,
    deprecated,
    plan: { method, path: parsePath(path)?.parts ?? [], ...plan },
    tokens,
  };
}
