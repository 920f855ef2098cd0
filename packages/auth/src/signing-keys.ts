import { randomUUID } from "node:crypto";
import type { Db, Vault } from "@portico/db";
import { exportJWK, generateKeyPair, type JWK } from "jose";

const ALGORITHM = "ES256";
/** One key is made at first start; two processes that start at once agree on it by this advisory lock. */
const LOCK = 72_707_370;

/** The private keys that tokens are signed with, current first. Makes the first one when there is none. */
export async function readSigningKeys(db: Db, vault: Vault): Promise<JWK[]> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    const rows = await tx.signingKey.findMany({ where: { retiredAt: null }, orderBy: { createdAt: "desc" } });
    if (rows.length > 0)
      return rows.map(({ kid, sealed }) => JSON.parse(vault.open(sealed, `signing-key:${kid}`)) as JWK);
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const kid = randomUUID();
    const common = { kid, alg: ALGORITHM, use: "sig" };
    const privateJwk: JWK = { ...(await exportJWK(privateKey)), ...common };
    const publicJwk = { ...(await exportJWK(publicKey)), ...common };
    await tx.signingKey.create({
      data: { kid, alg: ALGORITHM, publicJwk, sealed: vault.seal(JSON.stringify(privateJwk), `signing-key:${kid}`) },
    });
    return [privateJwk];
  });
}

/** The public halves of every key whose tokens may still be valid. */
export async function readVerificationKeys(db: Db): Promise<JWK[]> {
  return (await db.signingKey.findMany({ select: { publicJwk: true } })).map(({ publicJwk }) => publicJwk as JWK);
}
