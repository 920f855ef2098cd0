import type { SecurityScheme } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import { findServer } from "./find-server.ts";

export interface CredentialView {
  scheme: SecurityScheme;
  /** When a value was last stored; null when there is none. */
  setAt: Date | null;
  /** Where the stored credential may be sent: where the tools called when it was stored. */
  origins: string[];
}

/** Every security scheme of the server's document, and whether a credential is stored for it. Values never come back. */
export async function listCredentials({ ctx, input }: Call<{ serverId: string }>): Promise<CredentialView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [revision, stored] = await Promise.all([
    ctx.db.documentRevision.findUniqueOrThrow({ where: { id: server.revisionId }, select: { compiled: true } }),
    ctx.db.credential.findMany({
      where: { serverId: server.id },
      select: { scheme: true, updatedAt: true, origins: true },
    }),
  ]);
  const byScheme = new Map(stored.map((row) => [row.scheme, row]));
  return (await openCompiled(revision)).securitySchemes.map((scheme) => {
    const row = byScheme.get(scheme.name);
    return { scheme, setAt: row?.updatedAt ?? null, origins: row?.origins ?? [] };
  });
}
