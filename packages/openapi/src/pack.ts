import { jsonText, setOwn } from "./json.ts";
import type { CallPlan, Compiled, JsonSchema, Tool } from "./types.ts";

/** Index of a part that several tools may share. */
type Part = number;

/** A tool without what it shares. */
interface PackedTool extends Omit<Tool, "inputSchema" | "outputSchema" | "plan"> {
  input: Omit<JsonSchema, "properties" | "$defs">;
  properties: [argument: string, schema: Part][];
  /** Index into `PackedTools.definitions`. */
  definitions?: number;
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
  const parts: unknown[] = [];
  const indexes = new Map<unknown, Part>();
  const partOf = (value: unknown): Part => {
    let index = indexes.get(value);
    if (index === undefined) {
      index = parts.push(value) - 1;
      indexes.set(value, index);
    }
    return index;
  };
  const definitions: PackedTools["definitions"] = [];
  const sets = new Map<object, number>();
  const setOf = (defs: JsonSchema): number => {
    let index = sets.get(defs);
    if (index === undefined) {
      index = definitions.push(entriesOf(defs).map(([name, schema]) => [name, partOf(schema)])) - 1;
      sets.set(defs, index);
    }
    return index;
  };
  const packed = tools.map((tool): PackedTool => {
    const { inputSchema, outputSchema, plan, ...rest } = tool;
    const { properties, $defs, ...input } = inputSchema;
    const { parameters, security, baseUrls, response, ...call } = plan;
    return {
      ...rest,
      input,
      properties: entriesOf(properties).map(([argument, schema]) => [argument, partOf(schema)]),
      ...($defs === undefined ? {} : { definitions: setOf($defs as JsonSchema) }),
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
  return { parts, definitions, tools: packed };
}

/** The tools of `packTools`, sharing their parts as before: nobody may change one. */
export function unpackTools({ parts, definitions, tools }: PackedTools): Tool[] {
  const sets = definitions.map((set) => objectOf(set, parts));
  return tools.map((tool): Tool => {
    const { input, properties, definitions: set, output, plan, ...rest } = tool;
    const { type, ...constraints } = input;
    return {
      ...rest,
      inputSchema: {
        type,
        properties: objectOf(properties, parts),
        ...constraints,
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

interface StoredCompiled extends Omit<Compiled, "tools"> {
  parts: PackedTools["parts"];
  tools: Omit<PackedTools, "parts">;
}

/** The compiler's output as text to be stored. */
export function serializeCompiled(compiled: Compiled): string {
  const { parts, ...tools } = packTools(compiled.tools);
  const rest = JSON.stringify({ ...compiled, tools });
  // The parts come first and as the texts that they have been measured with.
  return `{"parts":[${parts.map(jsonText).join(",")}],${rest.slice(1)}`;
}

/** The compiler's output from its text. */
export function deserializeCompiled(text: string): Compiled {
  const { parts, tools, ...rest } = JSON.parse(text) as StoredCompiled;
  return { ...rest, tools: unpackTools({ parts, ...tools }) };
}

function entriesOf(value: unknown): [string, unknown][] {
  return value === undefined ? [] : Object.entries(value as JsonSchema);
}

function objectOf(entries: readonly [string, Part][], parts: readonly unknown[]): JsonSchema {
  const out: JsonSchema = {};
  for (const [name, index] of entries) setOwn(out, name, parts[index]);
  return out;
}
