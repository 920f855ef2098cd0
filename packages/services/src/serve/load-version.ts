import { decompress } from "@portico/db";
import type { Dialect } from "@portico/openapi";
import type { Deps } from "../context.ts";
import type { Manifest } from "../server/manifest.ts";

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
  const json = await decompress(row.manifest);
  return { ...row, manifest: JSON.parse(json.toString("utf8")) as Manifest, bytes: json.length };
}

/** What tools/list answers for a version in a dialect: a serialized JSON array, as immutable as the version. */
export async function loadToolsList(
  { db }: Pick<Deps, "db">,
  versionId: string,
  dialect: Dialect,
): Promise<string | null> {
  const row = await db.toolsList.findUnique({
    where: { versionId_dialect: { versionId, dialect } },
    select: { body: true },
  });
  return row && (await decompress(row.body)).toString("utf8");
}
