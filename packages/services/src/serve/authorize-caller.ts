import { authenticateApiKey } from "../api-key/authenticate-api-key.ts";
import type { Deps } from "../context.ts";
import { findAccess } from "../server-access/find-access.ts";
import { limitOf, type ToolGrant, type ToolLimit } from "../server-access/tool-grant.ts";
import type { ServerPointer } from "./resolve-server.ts";

export interface Caller {
  kind: "user" | "apiKey" | "client";
  subject: string;
  clientId?: string;
  connectionId?: string;
  /** What they may use by name or by their connection; absent: what everybody may use who is not named. */
  limits?: readonly ToolLimit[];
  /** The profile that they chose; absent: the server's default. */
  profileId?: string;
  /** When this answer stops being true by itself. */
  expiresAt: Date | null;
}

/** Whether an API key may call this server: it has to be of the same organization, with the scope "call". */
export async function authorizeApiKey(
  deps: Pick<Deps, "db">,
  key: string,
  server: ServerPointer,
): Promise<Caller | null> {
  const identity = await authenticateApiKey(deps, key);
  if (!identity || identity.organizationId !== server.organizationId) return null;
  if (!identity.scopes.includes("call")) return null;
  if (identity.serverId !== null && identity.serverId !== server.id) return null;
  return { kind: "apiKey", subject: identity.id, expiresAt: identity.expiresAt };
}

/** How stale "last used" may be: a write a minute, not one a request. */
const LAST_USED_MS = 60_000;

/** Whether a client that acts for itself may call this server: it has to be of the same organization, and not revoked. */
export async function authorizeClient(
  { db }: Pick<Deps, "db">,
  token: { clientId: string; expiresAt: Date },
  server: Pick<ServerPointer, "organizationId">,
): Promise<Caller | null> {
  const client = await db.oAuthClient.findUnique({ where: { clientId: token.clientId } });
  if (client?.kind !== "machine" || client.revokedAt || client.organizationId !== server.organizationId) return null;
  if (!client.lastUsedAt || Date.now() - client.lastUsedAt.getTime() > LAST_USED_MS)
    await db.oAuthClient.updateMany({ where: { id: client.id }, data: { lastUsedAt: new Date() } });
  return { kind: "client", subject: client.id, clientId: client.clientId, expiresAt: token.expiresAt };
}

/** Only what reads: of a client that a person lets do no more, and of the URL that only reads. The same object for all: it is what views are kept by. */
export const READING: ToolLimit = { hasReading: true, operations: [] };

/**
 * Whether a verified access token may call this server now: its connection stands, and the person may still use the server. The URL that only
 * reads has connections of its own.
 */
export async function authorizeConnection(
  { db }: Pick<Deps, "db">,
  token: { subject: string; clientId: string; expiresAt: Date },
  server: ServerPointer,
  isReadOnly: boolean,
): Promise<Caller | null> {
  // RFC 9068 §2.2: without a person the subject is the client itself.
  if (token.subject === token.clientId) return authorizeClient({ db }, token, server);
  const [connection, access] = await Promise.all([
    db.connection.findUnique({
      where: connectionKey({ userId: token.subject, clientId: token.clientId, serverId: server.id, isReadOnly }),
      select: { id: true, revokedAt: true, expiresAt: true, profileId: true, tools: true },
    }),
    findAccess({ db }, server, token.subject),
  ]);
  if (!connection || connection.revokedAt || !access) return null;
  const endsAt = connection.expiresAt;
  if (endsAt && endsAt.getTime() <= Date.now()) return null;
  return {
    kind: "user",
    subject: token.subject,
    clientId: token.clientId,
    connectionId: connection.id,
    limits: [...(access.limit ? [access.limit] : []), ...chosenLimit(connection.tools as ToolGrant)],
    ...(connection.profileId ? { profileId: connection.profileId } : {}),
    expiresAt: endsAt && endsAt < token.expiresAt ? endsAt : token.expiresAt,
  };
}

/** What the person let the client do, of what they may do themselves. */
function chosenLimit(tools: ToolGrant): ToolLimit[] {
  if (tools === "reading") return [READING];
  const limit = limitOf([tools]);
  return limit ? [limit] : [];
}

/** The one connection of a person's client to a URL of a server. */
export function connectionKey(key: { userId: string; clientId: string; serverId: string; isReadOnly: boolean }) {
  return { userId_clientId_serverId_isReadOnly: key };
}
