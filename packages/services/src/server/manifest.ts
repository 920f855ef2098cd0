import { createHash } from "node:crypto";
import {
  applyOverrides,
  type Compiled,
  type Dialect,
  estimateTokens,
  type JsonSchema,
  type Override,
  type SecurityScheme,
  type Tool,
  toDialect,
} from "@portico/openapi";

export const DIALECTS: readonly Dialect[] = ["full", "safe", "openai-strict", "gemini"];

/** All that serving needs, computed once. Written as JSON into Version.manifest and never changed. */
export interface Manifest {
  format: 1;
  title: string;
  description?: string;
  instructions?: string;
  documentVersion: string;
  dialect: "auto" | Dialect;
  /** Replaces every base URL of the document. */
  baseUrl?: string;
  /** Where the document was read; relative base URLs resolve against it. */
  documentUrl?: string;
  tools: Tool[];
  securitySchemes: SecurityScheme[];
}

export interface ManifestInput {
  server: {
    title: string;
    description: string | null;
    instructions: string | null;
    dialect: string;
    baseUrl: string | null;
  };
  compiled: Compiled;
  documentUrl: string | null;
  selection: readonly string[];
  overrides: Override[];
}

/** The list in the dialect "full" with output schemas, for clients whose revision has them (MCP 2025-06-18). */
export const FULL_WITH_OUTPUT = "full-with-output";

/**
 * What tools/list answers in each dialect: a serialized JSON array. Kept apart from the manifest, since few are ever asked
 * for. The list with output schemas is there when a tool has one.
 */
export type ToolsLists = Record<Dialect, string> & { [FULL_WITH_OUTPUT]?: string };

/** An output schema with more tokens is left out: it is read by programs, and paid for by models. */
const OUTPUT_TOKENS_MAX = 400;

/** Pure: the same input gives the same manifest and lists, and the same hash. */
export function buildManifest({ server, compiled, documentUrl, selection, overrides }: ManifestInput): {
  manifest: Manifest;
  lists: ToolsLists;
  hash: string;
  tokens: number;
} {
  const selected = new Set(selection);
  const tools = applyOverrides(
    compiled.tools.filter(({ operation }) => selected.has(operation)),
    overrides,
  );
  const manifest: Manifest = {
    format: 1,
    title: server.title,
    ...(server.description ? { description: server.description } : {}),
    ...(server.instructions ? { instructions: server.instructions } : {}),
    documentVersion: compiled.version,
    dialect: server.dialect as Manifest["dialect"],
    ...(server.baseUrl ? { baseUrl: server.baseUrl } : {}),
    ...(documentUrl ? { documentUrl } : {}),
    tools,
    securitySchemes: compiled.securitySchemes,
  };
  const outputs = new Map(tools.map((tool) => [tool, outputOf(tool)]));
  const lists = Object.fromEntries(
    DIALECTS.map((dialect) => [dialect, JSON.stringify(tools.map((tool) => listEntry(tool, dialect)))]),
  ) as ToolsLists;
  if (tools.some((tool) => outputs.get(tool)?.schema))
    lists[FULL_WITH_OUTPUT] = JSON.stringify(
      tools.map((tool) => ({ ...listEntry(tool, "full"), outputSchema: outputs.get(tool)?.schema })),
    );
  const hash = createHash("sha256").update(JSON.stringify(manifest));
  for (const list of Object.values(lists)) hash.update(list);
  return {
    manifest,
    lists,
    hash: hash.digest("hex"),
    tokens: countTokens(tools, outputs, manifest.dialect, new Set(overrides.map(({ operation }) => operation))),
  };
}

interface Output {
  /** Left out when it is too large to be listed. */
  schema?: JsonSchema;
  tokens: number;
}

function outputOf({ outputSchema }: Tool): Output | undefined {
  if (outputSchema === undefined) return undefined;
  const tokens = estimateTokens(outputSchema);
  return { tokens, ...(tokens <= OUTPUT_TOKENS_MAX ? { schema: outputSchema } : {}) };
}

/** What the largest list that clients of this version get costs a model. */
function countTokens(
  tools: Tool[],
  outputs: ReadonlyMap<Tool, Output | undefined>,
  dialect: Manifest["dialect"],
  overridden: ReadonlySet<string>,
): number {
  const isListed = dialect === "auto" || dialect === "full";
  return tools.reduce((sum, tool) => {
    const output = outputs.get(tool);
    const listed = isListed && output?.schema ? output.tokens : 0;
    // A tool that a person edited is counted with its output, the others without.
    const counted = overridden.has(tool.operation) ? (output?.tokens ?? 0) : 0;
    return sum + tool.tokens - counted + listed;
  }, 0);
}

/** One entry of tools/list. MCP 2026-07-28, server/tools. */
function listEntry(tool: Tool, dialect: Dialect): Record<string, unknown> {
  return {
    name: tool.name,
    ...(tool.title ? { title: tool.title } : {}),
    description: tool.description,
    inputSchema: toDialect(tool.inputSchema, dialect),
    annotations: tool.annotations,
  };
}
