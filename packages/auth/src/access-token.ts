import { createHash } from "node:crypto";
import type { Db } from "@portico/db";
import type { State } from "@portico/state";
import { createLocalJWKSet, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { readVerificationKeys, SIGNING_KEYS_CHANGED } from "./signing-keys.ts";

export interface AccessToken {
  subject: string;
  clientId: string;
  scopes: ReadonlySet<string>;
  expiresAt: Date;
}

const CACHE_MAX = 20_000;
const CLOCK_SKEW_SECONDS = 30;
/** How soon the keys are read again when a token names one that is not known. */
const RELOAD_MS = 5_000;

/**
 * Verifies access tokens that this authorization server issued (RFC 9068): signature, `typ` at+jwt, issuer, exact audience, time.
 * Null for anything else; never an exception for a bad token. Verified tokens are cached by the hash of the whole token.
 */
export async function createAccessTokenVerifier({
  db,
  state,
  issuer,
}: {
  db: Db;
  state: Pick<State, "subscribe">;
  issuer: string;
}): Promise<{ verify: (token: string, resource: string) => Promise<AccessToken | null>; close: () => Promise<void> }> {
  const cache = new LRUCache<string, AccessToken>({ max: CACHE_MAX });
  let keys: JWTVerifyGetKey | undefined;
  let loadedAt = 0;
  const readAgain = () => {
    keys = undefined;
  };
  const unsubscribe = await state.subscribe(SIGNING_KEYS_CHANGED, readAgain, readAgain);

  async function loadKeys(): Promise<JWTVerifyGetKey> {
    loadedAt = Date.now();
    keys = createLocalJWKSet({ keys: await readVerificationKeys(db) });
    return keys;
  }

  async function check(token: string, resource: string, set: JWTVerifyGetKey): Promise<AccessToken | null> {
    const { payload } = await jwtVerify(token, set, {
      issuer,
      audience: resource,
      typ: "at+jwt",
      algorithms: ["ES256"],
      clockTolerance: CLOCK_SKEW_SECONDS,
    });
    // An audience of several would be a token for somebody else as well. RFC 8707 §2.
    if (payload.aud !== resource || !payload.sub || !payload.exp || typeof payload.client_id !== "string") return null;
    // Issued in the future: by a clock that cannot be believed about the end either.
    if (payload.iat === undefined || payload.iat > Date.now() / 1000 + CLOCK_SKEW_SECONDS) return null;
    return {
      subject: payload.sub,
      clientId: payload.client_id,
      scopes: new Set(typeof payload.scope === "string" ? payload.scope.split(" ") : []),
      expiresAt: new Date(payload.exp * 1000),
    };
  }

  async function verify(token: string, resource: string): Promise<AccessToken | null> {
    const key = createHash("sha256").update(token).update("\n").update(resource).digest("base64url");
    const known = cache.get(key);
    if (known && known.expiresAt.getTime() > Date.now()) return known;
    let verified: AccessToken | null;
    try {
      verified = await check(token, resource, keys ?? (await loadKeys()));
    } catch (error) {
      if (!(error instanceof joseErrors.JOSEError)) throw error;
      if (!(error instanceof joseErrors.JWKSNoMatchingKey) || Date.now() - loadedAt < RELOAD_MS) return null;
      verified = await check(token, resource, await loadKeys()).catch(() => null);
    }
    if (verified) cache.set(key, verified, { ttl: Math.max(1, verified.expiresAt.getTime() - Date.now()) });
    return verified;
  }
  return { verify, close: unsubscribe };
}
