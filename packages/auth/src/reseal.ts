import { createHash } from "node:crypto";
import { type Db, type Resealed, resealColumn, type Vault } from "@portico/db";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { oidcSealContext } from "./oidc-adapter.ts";
import { signingKeyContext } from "./signing-keys.ts";

/** What better-auth seals with: a secret for each of the vault's, each known by a number that follows from it; the current one first. */
export function peopleSecrets(vault: Pick<Vault, "deriveAll">) {
  const secrets = vault.deriveAll("people").map((bytes) => ({
    version: createHash("sha256").update(bytes).digest().readUInt32BE() >>> 1,
    value: Buffer.from(bytes).toString("base64url"),
  }));
  const [current] = secrets;
  if (!current) throw new Error("A vault needs at least one secret key.");
  // What was sealed before secrets had numbers opens with the oldest one.
  return { secrets, secret: secrets.at(-1)?.value ?? current.value };
}

/** Seals everything of this package with the current secret: the provider's records, signing keys, second factors. */
export async function resealSignIns(db: Db, vault: Vault): Promise<Resealed> {
  const stale = { not: { startsWith: vault.currentPrefix } };
  const counts = [
    await resealColumn(vault, {
      find: (after, take) =>
        db.oidcRecord.findMany({
          where: { payload: stale, ...(after === undefined ? {} : { id: { gt: after } }) },
          select: { model: true, id: true, payload: true },
          orderBy: { id: "asc" },
          take,
        }),
      id: ({ id }) => id,
      value: ({ model, id, payload }) => ({ sealed: payload, context: oidcSealContext(model, id) }),
      replace: ({ model, id, payload }, sealed) =>
        db.oidcRecord.updateMany({ where: { model, id, payload }, data: { payload: sealed } }),
    }),
    await resealColumn(vault, {
      find: (after, take) =>
        db.signingKey.findMany({
          where: { sealed: stale, ...(after === undefined ? {} : { kid: { gt: after } }) },
          select: { kid: true, sealed: true },
          orderBy: { kid: "asc" },
          take,
        }),
      id: ({ kid }) => kid,
      value: ({ kid, sealed }) => ({ sealed, context: signingKeyContext(kid) }),
      replace: ({ kid, sealed: before }, sealed) =>
        db.signingKey.updateMany({ where: { kid, sealed: before }, data: { sealed } }),
    }),
    await resealSecondFactors(db, vault),
  ];
  return {
    done: counts.reduce((sum, { done }) => sum + done, 0),
    lost: counts.reduce((sum, { lost }) => sum + lost, 0),
  };
}

/** better-auth seals these itself: "$ba${number of the secret}${…}". */
async function resealSecondFactors(db: Db, vault: Vault): Promise<Resealed> {
  const { secrets, secret: legacySecret } = peopleSecrets(vault);
  const currentVersion = secrets[0]?.version ?? 0;
  const key = { keys: new Map(secrets.map(({ version, value }) => [version, value])), currentVersion, legacySecret };
  const prefix = `$ba$${currentVersion}$`;
  const count = { done: 0, lost: 0 };
  const rows = await db.twoFactor.findMany({
    where: { OR: [{ secret: { not: { startsWith: prefix } } }, { backupCodes: { not: { startsWith: prefix } } }] },
    select: { id: true, secret: true, backupCodes: true },
  });
  for (const { id, secret, backupCodes } of rows) {
    try {
      const again = async (data: string) => symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) });
      const data = { secret: await again(secret), backupCodes: await again(backupCodes) };
      await db.twoFactor.updateMany({ where: { id, secret, backupCodes }, data });
      count.done++;
    } catch {
      count.lost++;
    }
  }
  return count;
}
