import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  applyOverrides,
  type Compiled,
  type Dialect,
  estimateTokens,
  type JsonSchema,
  type Override,
  type PackedTools,
  packTools,
  type SecurityScheme,
  type Tool,
  toDialect,
  unpackTools,
} from "@portico/openapi";

export const DIALECTS: readonly Dialect[] = ["full", "safe", "openai-strict", "gemini"];

/** All that serving needs, computed once and never changed. */
export interface Manifest {
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

/** A manifest as Version.manifest holds it: what tools share is written once. */
type StoredManifest = Omit<Manifest, "tools"> & { format: 2; tools: PackedTools };

export interface BuiltManifest {
  manifest: Manifest;
  /** For `openManifest`. */
  text: string;
  lists: ToolsLists;
  hash: string;
  tokens: number;
}

/** How long the lists are built before others get their turn. */
const SLICE_MS = 10;

/** The same input gives the same manifest and lists, and the same hash. A large version is built in slices, between which others run. */
export async function buildManifest(input: ManifestInput): Promise<BuiltManifest> {
  const { server, compiled, documentUrl, selection, overrides } = input;
  const selected = new Set(selection);
  const tools = applyOverrides(
    compiled.tools.filter(({ operation }) => selected.has(operation)),
    overrides,
  );
  const manifest: Manifest = {
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
  const pause = createPause(SLICE_MS);
  const outputs = new Map<Tool, Output | undefined>();
  for (const tool of tools) {
    outputs.set(tool, outputOf(tool));
    await pause();
  }
  const listed = async (dialect: Dialect, hasOutput: boolean): Promise<string> => {
    const entries: string[] = [];
    for (const tool of tools) {
      const schema = hasOutput ? outputs.get(tool)?.schema : undefined;
      entries.push(JSON.stringify({ ...listEntry(tool, dialect), ...(schema ? { outputSchema: schema } : {}) }));
      await pause();
    }
    return `[${entries.join()}]`;
  };
  const lists = {} as ToolsLists;
  for (const dialect of DIALECTS) lists[dialect] = await listed(dialect, false);
  if (tools.some((tool) => outputs.get(tool)?.schema)) lists[FULL_WITH_OUTPUT] = await listed("full", true);
  const stored: StoredManifest = { ...manifest, format: 2, tools: packTools(tools) };
  const text = JSON.stringify(stored);
  const hash = createHash("sha256");
  for (const part of [text, ...Object.values(lists)]) {
    hash.update(part);
    await pause();
  }
  const edited = new Set(overrides.map(({ operation }) => operation));
  return {
    manifest,
    text,
    lists,
    hash: hash.digest("hex"),
    tokens: countTokens(tools, outputs, manifest.dialect, edited),
  };
}

/** A stored manifest. Its tools share their parts: nobody may change one. */
export function openManifest(text: string): Manifest {
  const { format: _format, tools, ...rest } = JSON.parse(text) as StoredManifest;
  return { ...rest, tools: unpackTools(tools) };
}

/** Gives the event loop its turn when the time since the last one is over; otherwise costs next to nothing. */
function createPause(sliceMs: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMs) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
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
