import { setOwn } from "./json.ts";
import { createParts, type Part } from "./parts.ts";
import type { CallPlan, Compiled, JsonSchema, Tool } from "./types.ts";

/** An input schema whose parts stand elsewhere. It is an object without additional properties. */
export interface PackedInput {
  properties: [argument: string, schema: Part][];
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  /** Index into `PackedTools.definitions`. */
  definitions?: number;
}

/** A tool without what it shares. */
export interface PackedTool extends Omit<Tool, "inputSchema" | "outputSchema" | "plan"> {
  input: PackedInput;
  output?: Part;
  plan: Omit<CallPlan, "parameters" | "security" | "baseUrls" | "response"> & {
    parameters: Part[];
    security: Part;
    baseUrls: Part;
    response: Part;
  };
}

/** Tools as plain JSON in which a shared schema, parameter or definition stands once. */
export interface PackedTools {
  parts: unknown[];
  /** `$defs` of tools: each a list of names and schemas. */
  definitions: [name: string, schema: Part][][];
  tools: PackedTool[];
}

/**
 * Tools in the form to be stored: what they share by reference is written once. Kubernetes' 1,123 tools are
 * 17 MB as they stand and 2 MB like this; writing and reading them takes as much less time.
 */
export function packTools(tools: readonly Tool[]): PackedTools {
  const parts = createParts();
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
  const definitions: PackedTools["definitions"] = [];
  const sets = new Map<object, number>();
  const setOf = (defs: object): number => {
    let index = sets.get(defs);
    if (index === undefined) {
      index = definitions.push(partsOf(defs)) - 1;
      sets.set(defs, index);
    }
    return index;
  };
  const packed = tools.map((tool): PackedTool => {
    const { inputSchema, outputSchema, plan, ...rest } = tool;
    const { properties, $defs, required, dependentRequired } = inputSchema;
    const { parameters, security, baseUrls, response, ...call } = plan;
    return {
      ...rest,
      input: {
        properties: partsOf(properties),
        ...(required === undefined ? {} : { required: required as string[] }),
        ...(dependentRequired === undefined
          ? {}
          : { dependentRequired: dependentRequired as Record<string, string[]> }),
        ...($defs === undefined ? {} : { definitions: setOf($defs as object) }),
      },
      ...(outputSchema === undefined ? {} : { output: partOf(outputSchema) }),
      plan: {
        ...call,
        parameters: parameters.map(partOf),
        security: partOf(security),
        baseUrls: partOf(baseUrls),
        response: partOf(response),
      },
    };
  });
  return { parts: parts.texts.map((text) => JSON.parse(text)), definitions, tools: packed };
}

/** The tools of `packTools`, sharing their parts as before: nobody may change one. */
export function unpackTools({ parts, definitions, tools }: PackedTools): Tool[] {
  const sets = definitions.map((set) => objectOf(set, parts));
  return tools.map((packed): Tool => {
    const { input, output, plan, ...rest } = packed;
    const { properties, required, dependentRequired, definitions: set } = input;
    return {
      ...rest,
      inputSchema: {
        type: "object",
        properties: objectOf(properties, parts),
        ...(required === undefined ? {} : { required }),
        ...(dependentRequired === undefined ? {} : { dependentRequired }),
        additionalProperties: false,
        ...(set === undefined ? {} : { $defs: sets[set] }),
      },
      ...(output === undefined ? {} : { outputSchema: parts[output] as JsonSchema }),
      plan: {
        ...plan,
        parameters: plan.parameters.map((index) => parts[index]) as CallPlan["parameters"],
        security: parts[plan.security] as CallPlan["security"],
        baseUrls: parts[plan.baseUrls] as CallPlan["baseUrls"],
        response: parts[plan.response] as CallPlan["response"],
      },
    };
  });
}

/** The compiler's output as it is stored. */
export interface CompiledText {
  text: string;
  operationCount: number;
  toolCount: number;
}

/** The compiler's output from its text: tools share their parts, and nobody may change one. */
export function openCompiled(text: string): Compiled {
  const { parts, definitions, tools, ...rest } = JSON.parse(text) as Omit<Compiled, "tools"> & PackedTools;
  return { ...rest, tools: unpackTools({ parts, definitions, tools }) };
}

function objectOf(entries: readonly [string, Part][], parts: readonly unknown[]): JsonSchema {
  const out: JsonSchema = {};
  for (const [name, index] of entries) setOwn(out, name, parts[index]);
  return out;
}
