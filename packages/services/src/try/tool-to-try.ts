import { applyOverrides, type Tool } from "@portico/openapi";
import type { Ctx } from "../context.ts";
import { AppError, notFound } from "../error.ts";
import { loadVersion } from "../serve/load-version.ts";
import { placesOf, readDocuments } from "../server/documents.ts";
import type { ServerRow } from "../server/find-server.ts";
import { readOverrides } from "../server/override.ts";
import type { Places } from "../server/places.ts";

/** A tool, and where its calls go. */
export interface ToolToTry {
  tool: Tool;
  places: Places;
}

/** A tool as the next version would have it. */
export async function draftTool(
  ctx: Ctx,
  server: Pick<ServerRow, "id" | "documents">,
  operation: string,
): Promise<Tool> {
  const [{ tools }, overrides] = await Promise.all([
    readDocuments(ctx, server.documents),
    readOverrides(ctx.db, server.id),
  ]);
  const tool = applyOverrides(tools, overrides).find((one) => one.operation === operation);
  if (!tool) throw notFound("tool");
  return tool;
}

/** A tool as it is drafted, or as it is served. `conflict` when nothing is served. */
export async function toolToTry(
  ctx: Ctx,
  server: ServerRow,
  { on, operation }: { on: "draft" | "published"; operation: string },
): Promise<ToolToTry> {
  if (on === "draft") return { tool: await draftTool(ctx, server, operation), places: placesOf(server.documents) };
  const version = server.publishedVersionId ? await loadVersion(ctx, server.publishedVersionId) : null;
  if (!version) throw new AppError("conflict", "Nothing was published yet. Try the draft, or publish it first.");
  const { tools, ...places } = version.manifest;
  const tool = tools.find((one) => one.operation === operation);
  if (!tool)
    throw new AppError(
      "not_found",
      `Version ${version.number} is served and has no tool for ${operation.slice(0, 200)}. Try the draft, or publish it first.`,
    );
  return { tool, places };
}
