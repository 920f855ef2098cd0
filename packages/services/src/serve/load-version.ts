import { decompressJson } from "@portico/db";
import type { Deps } from "../context.ts";
import type { Manifest } from "../server/manifest.ts";

export interface LoadedVersion {
  id: string;
  number: number;
  manifest: Manifest;
}

/** A frozen version. It never changes, so callers keep it as long as they like. */
export async function loadVersion({ db }: Pick<Deps, "db">, id: string): Promise<LoadedVersion | null> {
  const row = await db.version.findUnique({ where: { id }, select: { id: true, number: true, manifest: true } });
  return row && { id: row.id, number: row.number, manifest: await decompressJson<Manifest>(row.manifest) };
}
