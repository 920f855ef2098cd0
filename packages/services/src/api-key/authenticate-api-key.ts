import type { Deps } from "../context.ts";
import { API_KEY_PATTERN, hashApiKey } from "./key.ts";
import { type ApiKeyScope, scopesOf } from "./scopes.ts";

export interface ApiKeyIdentity {
  id: string;
  organizationId: string;
  expiresAt: Date | null;
  scopes: ApiKeyScope[];
  /** The only server that it may call, and then all that it may do. */
  serverId: string | null;
}

/** How stale "last used" may be: a write a minute, not one a request. */
const LAST_USED_MS = 60_000;

/** Whose key this is, or null when it is malformed, unknown, expired or revoked. */
export async function authenticateApiKey({ db }: Pick<Deps, "db">, key: string): Promise<ApiKeyIdentity | null> {
  if (!API_KEY_PATTERN.test(key)) return null;
  const row = await db.apiKey.findUnique({ where: { hash: hashApiKey(key) } });
  const now = Date.now();
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= now)) return null;
  if (!row.lastUsedAt || now - row.lastUsedAt.getTime() > LAST_USED_MS) {
    await db.apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
  }
  const { id, organizationId, expiresAt, serverId } = row;
  return { id, organizationId, expiresAt, serverId, scopes: scopesOf(row.scopes) };
}
