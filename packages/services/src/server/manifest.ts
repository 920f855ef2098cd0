import { createHash } from "node:crypto";
import { compress, createCompressor } from "@portico/db";
import { countTags, searchModeTools } from "@portico/mcp";
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
  shownInput,
  type Tool,
  toDialect,
  unpackTools,
} from "@portico/openapi";

import { AppError } from "../error.ts";
import { createPause } from "../pause.ts";
import { type BoundTools, bindComposedTools, type ComposedTool } from "./composed-tools.ts";
import type { Places } from "./places.ts";
import {
  bindResources,
  hasTexts,
  type ServedResource,
  type ServerPrompt,
  type ServerResource,
} from "./prompts-resources.ts";
import { TOOLS_MAX } from "./selection.ts";

export const DIALECTS: readonly Dialect[] = ["full", "safe", "openai-strict", "gemini"];

/** Whether tools/list has every tool, or three that find and call the others. */
export type ToolMode = "list" | "search";

/** All that serving needs, computed once and never changed. */
export interface Manifest extends Places {
  title: string;
  description?: string;
  instructions?: string;
  documentVersion: string;
  dialect: "auto" | Dialect;
  toolMode: ToolMode;
  /** An https address, or a picture as a `data:` URI: the server's own, or the logo of the document. */
  icon?: string;
  tools: Tool[];
  prompts?: ServerPrompt[];
  resources?: ServedResource[];
  /** Clients without prompts or resources get tools in their place. */
  standInTools?: true;
  /** Parts of answers that were too long can be read with a tool. */
  readAnswers?: true;
  /** Its texts are searched for passages with a tool. */
  searchTexts?: true;
  securitySchemes: SecurityScheme[];
}

export interface ManifestInput {
  server: {
    title: string;
    description: string | null;
    instructions: string | null;
    dialect: string;
    toolMode: string;
    icon?: string | null;
    /** As promptsSchema and resourcesSchema let them in. */
    prompts?: unknown;
    resources?: unknown;
    standInTools: boolean;
    readAnswers?: boolean;
    searchTexts?: boolean;
    /** As composedToolsSchema lets them in. */
    composedTools?: unknown;
  };
  /** Its documents as one. */
  compiled: Compiled;
  places: Places;
  selection: readonly string[];
  overrides: Override[];
}

/** The list in the dialect "full" with output schemas, for clients whose revision has them (MCP 2025-06-18). */
export const FULL_WITH_OUTPUT = "full-with-output";

/** The most characters that a list may have. No client reads more, and a text in memory ends somewhere. */
const LIST_CHARS_MAX = 64 * 1024 * 1024;

/** More than a token ever stands for in a list. */
const CHARS_OF_TOKEN_MAX = 16;

/** An output schema with more tokens is left out: it is read by programs, and paid for by models. */
const OUTPUT_TOKENS_MAX = 400;

/**
 * A manifest as Version.manifest holds it: what tools share is written once. `toolMode` is written only when it is not the usual one, so
 * that a version from before the setting has the hash that it would have today.
 */
type StoredManifest = Omit<Manifest, "tools" | "toolMode"> & { toolMode?: "search"; format: 2; tools: PackedTools };

export interface PreparedVersion {
  manifest: Manifest;
  hash: string;
  tokens: number;
  /** The manifest for `openManifest`, gzip. */
  packed: Uint8Array<ArrayBuffer>;
  /**
   * What tools/list answers in each dialect: a serialized JSON array, gzip. Kept apart from the manifest, since few are
   * ever asked for. The list with output schemas is there when a tool has one.
   */
  packedLists: { dialect: string; body: Uint8Array<ArrayBuffer> }[];
}

/** The tools that a server is to have. Which media type a body is sent as is settled here. */
export function draftTools(compiled: Compiled, selection: readonly string[], overrides: Override[]): Tool[] {
  const selected = new Set(selection);
  const chosen = compiled.tools.filter(({ operation }) => selected.has(operation));
  return applyOverrides(chosen, overrides).map(({ variants: _variants, ...tool }) => tool);
}

/** What keeps a draft from being published, and where it is put right. */
export interface Blocker {
  code: "nothing_picked" | "too_many_tools" | "operation_gone" | "name_taken" | "list_too_large";
  message: string;
  /** The part of the server. */
  where: "tools" | "own-tools";
  details?: { tool?: string; operation?: string };
}

/** What is wrong with the tools of a draft: one of several calls that cannot be made, or that has the name of another; too many of them. */
export function findBlockers(tools: readonly Tool[], { tools: composed, broken }: BoundTools): Blocker[] {
  const names = new Set(tools.map(({ name }) => name.toLowerCase()));
  const twice = composed.filter(({ name }) => names.has(name.toLowerCase()));
  const count = tools.length + composed.length;
  return [
    ...broken.map(
      ({ name, operation }): Blocker => ({
        code: "operation_gone",
        message: `The tool ${name} calls ${operation}, which the document no longer has. Change the tool, or remove it, under Own tools.`,
        where: "own-tools",
        details: { tool: name, operation },
      }),
    ),
    ...twice.map(
      ({ name }): Blocker => ({
        code: "name_taken",
        message: `Two tools are called ${name}: one of your own and one of the document. Rename one of them.`,
        where: "own-tools",
        details: { tool: name },
      }),
    ),
    ...(count > TOOLS_MAX
      ? [
          {
            code: "too_many_tools",
            message: `A server can have ${TOOLS_MAX.toLocaleString("en")} tools, and this draft has ${count.toLocaleString("en")}. Pick fewer.`,
            where: "tools",
          } as const,
        ]
      : []),
  ];
}

/** The refusal that a blocker is to whoever publishes. */
export function refusalOf({ code, message, details }: Blocker): AppError {
  const isLimit = code === "too_many_tools" || code === "list_too_large";
  return new AppError(isLimit ? "limit_exceeded" : "precondition_failed", message, details);
}

/** The icon that the next version has: a person's choice before the document's logo. */
export function iconOf({ icon }: { icon?: string | null }, { logo }: Pick<Compiled, "logo">): string | undefined {
  return icon ?? logo;
}

/** How long lists are built before others get their turn. */
const SLICE_MS = 10;

/** What a draft would serve, and what keeps it from being published. */
export function draftManifest({ server, compiled, places, selection, overrides }: ManifestInput): {
  manifest: Manifest;
  blockers: Blocker[];
} {
  const composed = bindComposedTools((server.composedTools ?? []) as ComposedTool[], compiled, overrides);
  const drafted = draftTools(compiled, selection, overrides);
  const tools = [...drafted, ...composed.tools];
  const prompts = (server.prompts ?? []) as ServerPrompt[];
  const resources = bindResources((server.resources ?? []) as ServerResource[], compiled, overrides);
  const icon = iconOf(server, compiled);
  const manifest: Manifest = {
    title: server.title,
    ...(server.description ? { description: server.description } : {}),
    ...(server.instructions ? { instructions: server.instructions } : {}),
    documentVersion: compiled.version,
    dialect: server.dialect as Manifest["dialect"],
    toolMode: server.toolMode as ToolMode,
    ...(places.baseUrl ? { baseUrl: places.baseUrl } : {}),
    ...(icon ? { icon } : {}),
    ...(places.documentUrl ? { documentUrl: places.documentUrl } : {}),
    ...(places.documents ? { documents: places.documents } : {}),
    tools,
    ...(prompts.length > 0 ? { prompts } : {}),
    ...(resources.length > 0 ? { resources } : {}),
    ...(server.standInTools && prompts.length + resources.length > 0 ? { standInTools: true } : {}),
    ...(server.readAnswers ? { readAnswers: true } : {}),
    ...(server.searchTexts && hasTexts(resources) ? { searchTexts: true } : {}),
    securitySchemes: compiled.securitySchemes,
  };
  return { manifest, blockers: findBlockers(drafted, composed) };
}

/**
 * The slow part of publishing, outside any transaction. The same input gives the same manifest and lists, and the same
 * hash. A large version is built in slices, between which others run. A draft that cannot be published is refused.
 */
export async function prepareVersion(input: ManifestInput): Promise<PreparedVersion> {
  const { manifest, blockers } = draftManifest(input);
  const { tools } = manifest;
  const [blocker] = blockers;
  if (blocker) throw refusalOf(blocker);
  const pause = createPause(SLICE_MS);
  const outputs = await outputsOf(tools, pause);
  const pack = async (dialect: string, entryOf: (tool: Tool) => ListEntry) => {
    const hash = createHash("sha256");
    const list = createCompressor();
    let chars = 0;
    let separator = "[";
    for (const tool of tools) {
      const entry = separator + JSON.stringify(entryOf(tool));
      separator = ",";
      chars += entry.length;
      if (chars > LIST_CHARS_MAX) throw refusalOf(tooLarge(tools.length));
      hash.update(entry);
      await list.write(entry);
      await pause();
    }
    await list.write(tools.length === 0 ? "[]" : "]");
    return { dialect, body: await list.end(), digest: hash.digest() };
  };
  const hasOutput = tools.some((tool) => outputs.get(tool)?.schema);
  const lists = await Promise.all([
    ...DIALECTS.map((dialect) => pack(dialect, (tool) => listEntry(tool, dialect))),
    ...(hasOutput
      ? [
          pack(FULL_WITH_OUTPUT, (tool) => {
            const outputSchema = outputs.get(tool)?.schema;
            return { ...listEntry(tool, "full"), ...(outputSchema ? { outputSchema } : {}) };
          }),
        ]
      : []),
  ]);
  const stored = toStored(manifest);
  await pause();
  const text = JSON.stringify(stored);
  const hash = createHash("sha256").update(text);
  for (const { digest } of lists) hash.update(digest);
  return {
    manifest,
    hash: hash.digest("hex"),
    tokens: offeredTokens(manifest, countTokens(manifest, outputs)),
    packed: await compress(text),
    packedLists: lists.map(({ dialect, body }) => ({ dialect, body })),
  };
}

/** What a client's list costs a model: in search mode that of the tools that find the others, and else of all. */
function offeredTokens({ toolMode, title, tools }: Manifest, listTokens: number): number {
  return toolMode === "search" ? estimateTokens(searchModeTools(title, tools, countTags(tools))) : listTokens;
}

/** How large a draft is: what its list costs a model, and whether any client could read it. In slices, too. */
export async function measureManifest(manifest: Manifest): Promise<{ tokens: number; blockers: Blocker[] }> {
  const pause = createPause(SLICE_MS);
  const { tools } = manifest;
  const listTokens = countTokens(manifest, await outputsOf(tools, pause));
  const tokens = offeredTokens(manifest, listTokens);
  // Estimates are a token for some four characters; a list that is far from the limit by them need not be written out.
  if (listTokens * CHARS_OF_TOKEN_MAX < LIST_CHARS_MAX) return { tokens, blockers: [] };
  let chars = 0;
  for (const tool of tools) {
    chars += JSON.stringify(listEntry(tool, "full")).length + 1;
    if (chars > LIST_CHARS_MAX) return { tokens, blockers: [tooLarge(tools.length)] };
    await pause();
  }
  return { tokens, blockers: [] };
}

async function outputsOf(
  tools: readonly Tool[],
  pause: ReturnType<typeof createPause>,
): Promise<ReadonlyMap<Tool, Output | undefined>> {
  const outputs = new Map<Tool, Output | undefined>();
  for (const tool of tools) {
    outputs.set(tool, outputOf(tool));
    await pause();
  }
  return outputs;
}

function tooLarge(tools: number): Blocker {
  return {
    code: "list_too_large",
    message: `The list of these ${tools} tools is larger than ${LIST_CHARS_MAX / 1024 / 1024} MB, which no client reads. Pick fewer tools.`,
    where: "tools",
  };
}

function toStored({ toolMode, ...rest }: Manifest): StoredManifest {
  return { ...rest, ...(toolMode === "search" ? { toolMode } : {}), format: 2, tools: packTools(rest.tools) };
}

/** A stored manifest. Its tools share their parts: nobody may change one. */
export function openManifest(text: string): Manifest {
  const { format: _format, tools, toolMode = "list", ...rest } = JSON.parse(text) as StoredManifest;
  return { ...rest, toolMode, tools: unpackTools(tools) };
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

/** What the largest list of all its tools that clients get of this version costs a model. */
function countTokens(
  { tools, dialect }: Pick<Manifest, "tools" | "dialect">,
  outputs: ReadonlyMap<Tool, Output | undefined>,
): number {
  return tools.reduce((sum, tool) => sum + listedTokensOf(tool, dialect, outputs.get(tool)), 0);
}

/** What a tool costs in the largest list that clients get of a server with this dialect: with its output schema where that is listed. */
export function listedTokens(tool: Tool, dialect: string): number {
  return listedTokensOf(tool, dialect, outputOf(tool));
}

function listedTokensOf(tool: Tool, dialect: string, output: Output | undefined): number {
  const isLeftOut = output !== undefined && !(listsOutputs(dialect) && output.schema);
  return isLeftOut ? Math.max(0, tool.tokens - output.tokens) : tool.tokens;
}

function listsOutputs(dialect: string): boolean {
  return dialect === "auto" || dialect === "full";
}

/** One entry of tools/list. MCP 2026-07-28, server/tools. */
export interface ListEntry {
  name: string;
  title?: string;
  description: string;
  inputSchema: JsonSchema;
  annotations: Tool["annotations"];
}

export function listEntry(tool: Tool, dialect: Dialect): ListEntry {
  return {
    name: tool.name,
    ...(tool.title ? { title: tool.title } : {}),
    description: tool.description,
    inputSchema: toDialect(shownInput(tool), dialect),
    annotations: tool.annotations,
  };
}
