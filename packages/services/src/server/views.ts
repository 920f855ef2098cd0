import type { Ctx } from "../context.ts";
import type { Visibility } from "../server-access/find-access.ts";
import type { ComposedTool } from "./composed-tools.ts";
import { firstDocument } from "./documents.ts";
import type { ServerRow } from "./find-server.ts";
import type { ToolMode } from "./manifest.ts";
import type { ServerPrompt, ServerResource } from "./prompts-resources.ts";

/** What follows the MCP URL of a server where only its reading tools are served. */
export const READ_ONLY_PATH = "/read";

/** Where clients connect, to all of a server or to what only reads, and where people look. */
export function serverUrls(
  { publicUrl }: Pick<Ctx, "publicUrl">,
  organizationSlug: string,
  slug: string,
): { mcpUrl: string; readOnlyUrl: string; pageUrl: string } {
  const mcpUrl = `${publicUrl}/mcp/${organizationSlug}/${slug}`;
  return {
    mcpUrl,
    readOnlyUrl: mcpUrl + READ_ONLY_PATH,
    pageUrl: `${publicUrl}/s/${organizationSlug}/${slug}`,
  };
}

export interface ServerView {
  id: string;
  slug: string;
  title: string;
  description: string | null;
  instructions: string | null;
  visibility: Visibility;
  status: "live" | "paused";
  dialect: string;
  toolMode: ToolMode;
  /** Of its first document, as the two that follow. */
  baseUrl: string | null;
  /** An https address, or the picture as a `data:` URI; null takes the logo of the document, if it has one. */
  icon: string | null;
  documentId: string;
  revisionId: string;
  selection: string[];
  prompts: ServerPrompt[];
  resources: ServerResource[];
  /** Tools that make several calls. */
  composedTools: ComposedTool[];
  /** Clients without prompts or resources get tools in their place. */
  standInTools: boolean;
  /** Parts of answers that were too long can be read with a tool. */
  readAnswers: boolean;
  searchTexts: boolean;
  publishedVersionId: string | null;
  /** The number to send back with a change of the draft. */
  lock: number;
  mcpUrl: string;
  /** The same server with its reading tools only. */
  readOnlyUrl: string;
  pageUrl: string;
  createdAt: Date;
  updatedAt: Date;
}

export function serverView(ctx: Pick<Ctx, "publicUrl">, row: ServerRow): ServerView {
  const first = firstDocument(row);
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    description: row.description,
    instructions: row.instructions,
    visibility: row.visibility as ServerView["visibility"],
    status: row.status as ServerView["status"],
    dialect: row.dialect,
    toolMode: row.toolMode as ToolMode,
    baseUrl: first.baseUrl,
    icon: row.icon,
    documentId: first.documentId,
    revisionId: first.revisionId,
    selection: row.selection as string[],
    prompts: row.prompts as unknown as ServerPrompt[],
    resources: row.resources as unknown as ServerResource[],
    composedTools: row.composedTools as unknown as ComposedTool[],
    standInTools: row.standInTools,
    readAnswers: row.readAnswers,
    searchTexts: row.searchTexts,
    publishedVersionId: row.publishedVersionId,
    lock: row.lock,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...serverUrls(ctx, row.organization.slug, row.slug),
  };
}
