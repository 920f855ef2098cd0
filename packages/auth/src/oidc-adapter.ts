import { createHash } from "node:crypto";
import type { Db, Vault } from "@portico/db";
import { type Adapter, type AdapterPayload, errors } from "oidc-provider";

/** Ids of codes, tokens and sessions are credentials: only their hash is stored. */
export function hashOidcId(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}

export function oidcSealContext(model: string, hash: string): string {
  return `oidc:${model}:${hash}`;
}

/** For how long a code that has expired is known as that, rather than not at all: its client hears `expired_token` (RFC 8628 §3.5). */
const EXPIRED_DEVICE_CODE_SECONDS = 3_600;

/** A class as oidc-provider wants it: one instance a model, all rows in the table OidcRecord. */
export function createOidcAdapter(
  db: Db,
  vault: Vault,
  { unusedClientSeconds }: { unusedClientSeconds?: number } = {},
): new (
  model: string,
) => Adapter {
  return class OidcAdapter implements Adapter {
    readonly #model: string;
    constructor(model: string) {
      this.#model = model;
    }

    /** Whoever reads one looks at its own time too, as the provider does. */
    get #keptSeconds(): number {
      return this.#model === "DeviceCode" ? EXPIRED_DEVICE_CODE_SECONDS : 0;
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
      const hash = hashOidcId(id);
      const seconds = expiresIn ?? (this.#model === "Client" ? unusedClientSeconds : undefined);
      const row = {
        payload: vault.seal(JSON.stringify(payload), oidcSealContext(this.#model, hash)),
        grantId: payload.grantId ?? null,
        userCode: payload.userCode ? hashOidcId(payload.userCode) : null,
        uid: payload.uid ? hashOidcId(payload.uid) : null,
        expiresAt: seconds ? new Date(Date.now() + (seconds + this.#keptSeconds) * 1000) : null,
      };
      await db.oidcRecord.upsert({
        where: { model_id: { model: this.#model, id: hash } },
        create: { model: this.#model, id: hash, ...row },
        update: row,
      });
    }

    find(id: string) {
      return this.#first({ id: hashOidcId(id) });
    }
    findByUid(uid: string) {
      return this.#first({ uid: hashOidcId(uid) });
    }
    findByUserCode(userCode: string) {
      return this.#first({ userCode: hashOidcId(userCode) });
    }

    async #first(where: { id?: string; uid?: string; userCode?: string }): Promise<AdapterPayload | undefined> {
      const row = await db.oidcRecord.findFirst({ where: { model: this.#model, ...where } });
      if (!row || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) return undefined;
      const payload = JSON.parse(vault.open(row.payload, oidcSealContext(this.#model, row.id))) as AdapterPayload;
      return row.consumedAt ? { ...payload, consumed: Math.floor(row.consumedAt.getTime() / 1000) } : payload;
    }

    /** A compare-and-swap: of several redemptions of one code or refresh token at once, exactly one gets through. */
    async consume(id: string): Promise<void> {
      const { count } = await db.oidcRecord.updateMany({
        where: { model: this.#model, id: hashOidcId(id), consumedAt: null },
        data: { consumedAt: new Date() },
      });
      if (count !== 1) throw new errors.InvalidGrant("already redeemed");
    }

    async destroy(id: string): Promise<void> {
      await db.oidcRecord.deleteMany({ where: { model: this.#model, id: hashOidcId(id) } });
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      await db.oidcRecord.deleteMany({ where: { grantId } });
    }
  };
}

/** Somebody has connected with this client: it stays. */
export async function keepClient(db: Pick<Db, "oidcRecord">, clientId: string): Promise<void> {
  await db.oidcRecord.updateMany({ where: { model: "Client", id: hashOidcId(clientId) }, data: { expiresAt: null } });
}

/** Ends a grant: its codes and refresh tokens, and the consent itself, so that the next connect asks again. */
export async function revokeGrant(db: Pick<Db, "oidcRecord">, grantId: string): Promise<void> {
  await db.oidcRecord.deleteMany({ where: { OR: [{ grantId }, { model: "Grant", id: hashOidcId(grantId) }] } });
}
