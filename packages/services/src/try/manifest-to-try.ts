import type { Ctx } from "../context.ts";
import { AppError } from "../error.ts";
import { loadVersion } from "../serve/load-version.ts";
import type { ServerRow } from "../server/find-server.ts";
import type { Manifest } from "../server/manifest.ts";
import { readDraft } from "../server/review-publish.ts";

/** What would be served of the draft, or what is, with its number. `conflict` when nothing is. */
export async function manifestToTry(
  ctx: Ctx,
  server: ServerRow,
  on: "draft" | "published",
): Promise<{ manifest: Manifest; version: number | null }> {
  if (on === "draft") return { manifest: (await readDraft(ctx, server.id)).manifest, version: null };
  const version = server.publishedVersionId ? await loadVersion(ctx, server.publishedVersionId) : null;
  if (!version) throw new AppError("conflict", "Nothing was published yet. Use the draft, or publish it first.");
  return { manifest: version.manifest, version: version.number };
}
