import type { SecurityScheme } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { openCompiled } from "../document/revision.ts";
import type { StoredCredential } from "../input.ts";
import { settingsOf } from "../profile/profiles.ts";
import { findServer } from "./find-server.ts";
import { upstreamCallback } from "./sign-in-request.ts";

export interface CredentialView {
  scheme: SecurityScheme;
  /** When a value was last stored; null when there is none. */
  setAt: Date | null;
  /** Where the stored credential may be sent: where the tools called when it was stored. */
  origins: string[];
  /** Of what is stored: apiKey, basic, bearer or clientCredentials. */
  type: StoredCredential["type"] | null;
  /** When somebody signed in at the API for it; null when nobody has, or nobody needs to. */
  connectedAt: Date | null;
  /** Why the stored credential needs attention, in words; null while all is well. */
  problem: string | null;
  /** Shared profiles that leave it to each person: those who run with one use their own, and never what is stored here. */
  ownInProfiles: string[];
  /** What a client at the API has to be registered with, where people are to sign in there. */
  redirectUri: string;
}

/** Every security scheme of the server's document, and whether a credential is stored for it. Values never come back. */
export async function listCredentials({ ctx, input }: Call<{ serverId: string }>): Promise<CredentialView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [revision, profiles, stored] = await Promise.all([
    ctx.db.documentRevision.findUniqueOrThrow({ where: { id: server.revisionId }, select: { compiled: true } }),
    ctx.db.profile.findMany({
      where: { serverId: server.id, organizationId: ctx.organizationId, userId: null },
      select: { name: true, settings: true },
      orderBy: { createdAt: "asc" },
    }),
    ctx.db.credential.findMany({
      where: { serverId: server.id },
      select: { scheme: true, setAt: true, origins: true, type: true, problem: true, connectedAt: true },
    }),
  ]);
  const byScheme = new Map(stored.map((row) => [row.scheme, row]));
  return (await openCompiled(revision)).securitySchemes.map((scheme) => {
    const row = byScheme.get(scheme.name);
    return {
      scheme,
      setAt: row?.setAt ?? null,
      origins: row?.origins ?? [],
      type: (row?.type as StoredCredential["type"] | undefined) ?? null,
      connectedAt: row?.connectedAt ?? null,
      problem: row?.problem ?? null,
      ownInProfiles: profiles
        .filter((profile) => settingsOf(profile).fields[`credential:${scheme.name}`] === "person")
        .map(({ name }) => name),
      redirectUri: upstreamCallback(ctx, ctx.organizationId),
    };
  });
}
