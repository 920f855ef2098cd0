import { decompress } from "@portico/db";
import type { Dialect } from "@portico/openapi";
import type { Deps } from "../context.ts";
import { FULL_WITH_OUTPUT, type Manifest, openManifest } from "../server/manifest.ts";

export interface LoadedVersion {
  id: string;
  organizationId: string;
  serverId: string;
  number: number;
  manifest: Manifest;
  /** The length of the manifest as JSON: what keeping it costs, roughly. */
  bytes: number;
}

/** A frozen version. It never changes, so callers keep it as long as they like. */
export async function loadVersion({ db }: Pick<Deps, "db">, id: string): Promise<LoadedVersion | null> {
  const row = await db.version.findUnique({
    where: { id },
    select: { id: true, organizationId: true, serverId: true, number: true, manifest: true },
  });
  if (!row) return null;
  const text = (await decompress(row.manifest)).toString("utf8");
  return { ...row, manifest: openManifest(text), bytes: text.length };
}

/**
 * What tools/list answers for a version in a dialect: a serialized JSON array, as immutable as the version. `hasOutput` asks
 * for output schemas, which are only in the dialect "full", and only where the version has any.
 */
export async function loadToolsList(
  { db }: Pick<Deps, "db">,
  versionId: string,
  dialect: Dialect,
  hasOutput: boolean,
): Promise<string | null> {
  const wanted = hasOutput && dialect === "full" ? [FULL_WITH_OUTPUT, dialect] : [dialect];
  const rows = await db.toolsList.findMany({
    where: { versionId, dialect: { in: wanted } },
    select: { dialect: true, body: true },
  });
  const row = wanted.map((name) => rows.find(({ dialect: found }) => found === name)).find((found) => found) ?? null;
  return row && (await decompress(row.body)).toString("utf8");
}
