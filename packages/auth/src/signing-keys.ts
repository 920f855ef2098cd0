import { randomUUID } from "node:crypto";
import type { Db, Vault } from "@portico/db";
import type { State } from "@portico/state";
import { exportJWK, generateKeyPair, type JWK } from "jose";

const ALGORITHM = "ES256";
/** One key is made at first start; two processes that start at once agree on it by this advisory lock. */
const LOCK = 72_707_370;

/** Says that another key signs now: every process reads the keys again. */
export const SIGNING_KEYS_CHANGED = "signing-keys-changed";
/** How long a retired key is of use: longer than any token that it signed. */
const RETIRED_MS = 2 * 3_600_000;

/** The private keys, the one that signs first; behind it those whose tokens may still be valid. Makes the first one when there is none. */
export async function readSigningKeys(db: Db, vault: Vault): Promise<JWK[]> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    const rows = await tx.signingKey.findMany({ orderBy: [{ retiredAt: "desc" }, { createdAt: "desc" }] });
    const current = rows.filter(({ retiredAt }) => retiredAt === null);
    if (current.length === 0) return [await makeKey(tx, vault)];
    const retired = rows.filter(({ retiredAt }) => retiredAt && retiredAt.getTime() > Date.now() - RETIRED_MS);
    return [...current, ...retired].map(
      ({ kid, sealed }) => JSON.parse(vault.open(sealed, signingKeyContext(kid))) as JWK,
    );
  });
}

/**
 * Signs with a new key from now on; what the keys before signed stays valid until it expires. Keys that are of no use any more are
 * forgotten. `unlessNewerThan`: does nothing when the current key is younger; two processes that rotate at once make one key.
 */
export async function rotateSigningKey(
  { db, vault, state }: { db: Db; vault: Vault; state: Pick<State, "publish"> },
  { unlessNewerThan = new Date() }: { unlessNewerThan?: Date } = {},
): Promise<{ isRotated: boolean }> {
  const isRotated = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    const newer = await tx.signingKey.count({ where: { retiredAt: null, createdAt: { gte: unlessNewerThan } } });
    if (newer > 0) return false;
    await tx.signingKey.deleteMany({ where: { retiredAt: { lt: new Date(Date.now() - RETIRED_MS) } } });
    await tx.signingKey.updateMany({ where: { retiredAt: null }, data: { retiredAt: new Date() } });
    await makeKey(tx, vault);
    return true;
  });
  if (isRotated) await state.publish(SIGNING_KEYS_CHANGED, "");
  return { isRotated };
}

async function makeKey(db: Pick<Db, "signingKey">, vault: Vault): Promise<JWK> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = randomUUID();
  const common = { kid, alg: ALGORITHM, use: "sig" };
  const privateJwk: JWK = { ...(await exportJWK(privateKey)), ...common };
  const publicJwk = { ...(await exportJWK(publicKey)), ...common };
  await db.signingKey.create({
    data: { kid, alg: ALGORITHM, publicJwk, sealed: vault.seal(JSON.stringify(privateJwk), signingKeyContext(kid)) },
  });
  return privateJwk;
}

export function signingKeyContext(kid: string): string {
  return `signing-key:${kid}`;
}

/** The public halves of every key whose tokens may still be valid. */
export async function readVerificationKeys(db: Db): Promise<JWK[]> {
  const rows = await db.signingKey.findMany({
    where: { OR: [{ retiredAt: null }, { retiredAt: { gt: new Date(Date.now() - RETIRED_MS) } }] },
    select: { publicJwk: true },
  });
  return rows.map(({ publicJwk }) => publicJwk as JWK);
}
