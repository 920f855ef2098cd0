import type { Deps } from "../context.ts";
import { refreshContext, tokenContext } from "../server/credential.ts";

/** A token that an API gave for a stored credential. */
export interface UpstreamToken {
  token: string;
  expiresAt: Date;
  /** What the next one is got with; absent: the one that is stored stays. */
  refreshToken?: string | undefined;
}

/** The credential that a token is of: a row, and which of the values it has had. What came for an earlier value is not kept. */
export interface TokenOwner {
  id: string;
  setAt: Date;
}

/** The last token of a credential that any process got; null when there is none. */
export async function readUpstreamToken(
  { db, vault }: Pick<Deps, "db" | "vault">,
  credentialId: string,
): Promise<UpstreamToken | null> {
  const row = await db.credential.findUnique({
    where: { id: credentialId },
    select: { token: true, tokenExpiresAt: true },
  });
  if (!row?.token || !row.tokenExpiresAt) return null;
  return { token: vault.open(row.token, tokenContext(credentialId)), expiresAt: row.tokenExpiresAt };
}

/** Keeps a token, sealed and bound to its row, and takes back what was wrong with the credential. */
export async function saveUpstreamToken(
  { db, vault }: Pick<Deps, "db" | "vault">,
  { id, setAt }: TokenOwner,
  { token, expiresAt, refreshToken }: UpstreamToken,
): Promise<void> {
  const sealed = vault.seal(token, tokenContext(id));
  await db.credential.updateMany({
    where: { id, setAt },
    data: {
      token: sealed,
      tokenExpiresAt: expiresAt,
      problem: null,
      ...(refreshToken === undefined ? {} : { refreshToken: vault.seal(refreshToken, refreshContext(id)) }),
    },
  });
}

/** What a new token is got with, once somebody has signed in at the API; null before. */
export async function readRefreshToken(
  { db, vault }: Pick<Deps, "db" | "vault">,
  credentialId: string,
): Promise<string | null> {
  const row = await db.credential.findUnique({ where: { id: credentialId }, select: { refreshToken: true } });
  return row?.refreshToken ? vault.open(row.refreshToken, refreshContext(credentialId)) : null;
}

/** Says on the credential that it needs attention, in words without a secret. */
export async function noteCredentialProblem(
  { db }: Pick<Deps, "db">,
  { id, setAt }: TokenOwner,
  problem: string,
): Promise<void> {
  await db.credential.updateMany({ where: { id, setAt }, data: { problem } });
}
