import type { Vault } from "@portico/db";
import { assembledName, type SecurityScheme } from "@portico/openapi";
import { authorize } from "../access.ts";
import type { Call } from "../context.ts";
import { type Environment, environmentOf, variableOf } from "../environment.ts";
import type { StoredCredential } from "../input.ts";
import { settingsOf } from "../profile/profiles.ts";
import { credentialContext, type KeptReference, resolveReference } from "./credential.ts";
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
  /** Of what is stored. */
  type: StoredCredential["type"] | null;
  /** The name of the value in the environment that is sent; null when what is sent is stored itself. */
  reference: string | null;
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
      where: { serverId: server.id, organizationId: ctx.organizationId, userId: null, removedAt: null },
      select: { name: true, settings: true },
      orderBy: { createdAt: "asc" },
    }),
    ctx.db.credential.findMany({
      where: { serverId: server.id },
      select: { scheme: true, setAt: true, origins: true, type: true, problem: true, connectedAt: true, sealed: true },
    }),
  ]);
  const environment = await environmentOf(ctx, ctx.organizationId);
  const byScheme = new Map(stored.map((row) => [row.scheme, row]));
  const keys = new Map(server.documents.map(({ key, documentId }) => [key, documentId]));
  const named = compiled.securitySchemes.map((scheme) => ({ scheme, documentId: documentOf(scheme.name, keys) }));
  const known = new Set(compiled.securitySchemes.map(({ name }) => name));
  const gone = goneFrom(server);
  const left = stored
    .filter(({ scheme }) => !known.has(scheme) && gone.isName(scheme))
    .map((row) => {
      const { as: type } = row.type === "environment" ? openReference(ctx.vault, server.id, row) : { as: row.type };
      return { scheme: leftScheme(row.scheme, type as StoredType), documentId: null };
    });
  return [...named, ...left].map(({ scheme, documentId }) => {
    const row = byScheme.get(scheme.name);
    const kept = row?.type === "environment" ? openReference(ctx.vault, server.id, row) : undefined;
    return {
      scheme,
      documentId,
      setAt: row?.setAt ?? null,
      origins: row?.origins ?? [],
      type: (row?.type as StoredCredential["type"] | undefined) ?? null,
      connectedAt: row?.connectedAt ?? null,
      reference: kept?.name ?? null,
      problem: kept ? referenceProblem(kept, environment) : (row?.problem ?? null),
      ownInProfiles: profiles
        .filter((profile) => settingsOf(profile).fields[`credential:${scheme.name}`] === "person")
        .map(({ name }) => name),
      redirectUri: upstreamCallback(ctx, ctx.organizationId),
    };
  });
}

function openReference(vault: Vault, serverId: string, { scheme, sealed }: { scheme: string; sealed: string }) {
  return JSON.parse(vault.open(sealed, credentialContext(serverId, scheme))) as KeptReference;
}

function referenceProblem(kept: KeptReference, environment: Environment): string | null {
  if (resolveReference(kept, environment)) return null;
  return kept.as === "basic" && environment.has(kept.name)
    ? `${variableOf(kept.name)} is not written as user:password.`
    : `${variableOf(kept.name)} is not set where Portico runs, or is not for this organization.`;
}

function documentOf(scheme: string, keys: ReadonlyMap<string, string>): string | null {
  for (const [key, documentId] of keys) if (key !== "" && scheme.startsWith(assembledName(key, ""))) return documentId;
  return keys.get("") ?? null;
}

type StoredType = Exclude<StoredCredential["type"], "environment">;

/** As much as is known of a scheme whose document is gone. */
function leftScheme(name: string, type: StoredType): SecurityScheme {
  const isClient = type === "clientCredentials" || type === "authorizationCode";
  return { name, type: isClient ? "oauth2" : type };
}
