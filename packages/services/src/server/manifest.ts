import { createHash } from "node:crypto";
import {
  applyOverrides,
  type Compiled,
  type Dialect,
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

/** What tools/list answers in each dialect: a serialized JSON array. Kept apart from the manifest, since few are ever asked for. */
export type ToolsLists = Record<Dialect, string>;

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
  const lists = Object.fromEntries(
    DIALECTS.map((dialect) => [dialect, JSON.stringify(tools.map((tool) => listEntry(tool, dialect)))]),
  ) as ToolsLists;
  const hash = createHash("sha256").update(JSON.stringify(manifest));
  for (const dialect of DIALECTS) hash.update(lists[dialect]);
  return {
    manifest,
    lists,
    hash: hash.digest("hex"),
    tokens: tools.reduce((sum, { tokens }) => sum + tokens, 0),
  };
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
