import { authenticateApiKey } from "../api-key/authenticate-api-key.ts";
import type { Deps } from "../context.ts";
import type { ServerPointer } from "./resolve-server.ts";

export interface Caller {
  kind: "user" | "apiKey";
  subject: string;
  clientId?: string;
  connectionId?: string;
  /** When this answer stops being true by itself. */
  expiresAt: Date | null;
}

/** Whether an API key may call this server: it has to be of the same organization. */
export async function authorizeApiKey(
  deps: Pick<Deps, "db">,
  key: string,
  server: ServerPointer,
): Promise<Caller | null> {
  const identity = await authenticateApiKey(deps, key);
  if (!identity || identity.organizationId !== server.organizationId) return null;
  return { kind: "apiKey", subject: identity.id, expiresAt: identity.expiresAt };
}

/** Whether a verified access token may call this server now: its connection stands, and the person may still use the server. */
export async function authorizeConnection(
  { db }: Pick<Deps, "db">,
  token: { subject: string; clientId: string; expiresAt: Date },
  server: ServerPointer,
): Promise<Caller | null> {
  const [connection, member] = await Promise.all([
    db.connection.findUnique({
      where: { userId_clientId_serverId: { userId: token.subject, clientId: token.clientId, serverId: server.id } },
      select: { id: true, revokedAt: true },
    }),
    db.member.findUnique({
      where: { organizationId_userId: { organizationId: server.organizationId, userId: token.subject } },
      select: { id: true },
    }),
  ]);
  if (!connection || connection.revokedAt) return null;
  if (server.visibility !== "public" && !member) return null;
  return {
    kind: "user",
    subject: token.subject,
    clientId: token.clientId,
    connectionId: connection.id,
    expiresAt: token.expiresAt,
  };
}
