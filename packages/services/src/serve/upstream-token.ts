import type { Deps } from "../context.ts";
import { tokenContext } from "../server/credential.ts";

/** A token that an API gave for a stored credential. */
export interface UpstreamToken {
  token: string;
  expiresAt: Date;
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
  credentialId: string,
  { token, expiresAt }: UpstreamToken,
): Promise<void> {
  const sealed = vault.seal(token, tokenContext(credentialId));
  await db.credential.updateMany({
    where: { id: credentialId },
    data: { token: sealed, tokenExpiresAt: expiresAt, problem: null },
  });
}

/** Says on the credential that it needs attention, in words without a secret. */
export async function noteCredentialProblem(
  { db }: Pick<Deps, "db">,
  credentialId: string,
  problem: string,
): Promise<void> {
  await db.credential.updateMany({ where: { id: credentialId }, data: { problem } });
}
