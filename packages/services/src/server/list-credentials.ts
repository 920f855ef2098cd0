import { assembledName, type SecurityScheme } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import type { StoredCredential } from "../input.ts";
import { settingsOf } from "../profile/profiles.ts";
import { goneFrom, readOutline } from "./documents.ts";
import { findServer } from "./find-server.ts";
import { upstreamCallback } from "./sign-in-request.ts";

export interface CredentialView {
  scheme: SecurityScheme;
  /** Of which document it is; null: of none that the server still has, though an earlier version may be served. */
  documentId: string | null;
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

/**
 * Every security scheme of the server's documents, and whether a credential is stored for it; then what is stored still for documents that were
 * removed. Values never come back.
 */
export async function listCredentials({ ctx, input }: Call<{ serverId: string }>): Promise<CredentialView[]> {
  authorize(ctx, "server.read");
  const server = await findServer(ctx, input.serverId);
  const [compiled, profiles, stored] = await Promise.all([
    readOutline(ctx, server.documents),
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
  const keys = new Map(server.documents.map(({ key, documentId }) => [key, documentId]));
  const named = compiled.securitySchemes.map((scheme) => ({ scheme, documentId: documentOf(scheme.name, keys) }));
  const known = new Set(compiled.securitySchemes.map(({ name }) => name));
  const gone = goneFrom(server);
  const left = stored
    .filter(({ scheme }) => !known.has(scheme) && gone.isName(scheme))
    .map(({ scheme, type }) => ({ scheme: leftScheme(scheme, type as StoredCredential["type"]), documentId: null }));
  return [...named, ...left].map(({ scheme, documentId }) => {
    const row = byScheme.get(scheme.name);
    return {
      scheme,
      documentId,
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

function documentOf(scheme: string, keys: ReadonlyMap<string, string>): string | null {
  for (const [key, documentId] of keys) if (key !== "" && scheme.startsWith(assembledName(key, ""))) return documentId;
  return keys.get("") ?? null;
}

/** As much as is known of a scheme whose document is gone. */
function leftScheme(name: string, type: StoredCredential["type"]): SecurityScheme {
  const isClient = type === "clientCredentials" || type === "authorizationCode";
  return { name, type: isClient ? "oauth2" : type };
}
