import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** 32 random bytes have some 30 different ones, and fewer than this not once in 10^15. */
const DIFFERENT_BYTES_MIN = 16;

/**
 * Envelope encryption: every value has its own AES-256-GCM data key, wrapped by a key-encryption key whose id stands in the
 * sealed text ("v1.{kid}.{wrapped key}.{ciphertext}"). The context is authenticated, so a sealed value moved to another row
 * does not open.
 */
export interface Vault {
  seal(plaintext: string, context: string): string;
  /** Throws when the key is unknown, the text was changed, or the context is another. */
  open(sealed: string, context: string): string;
  /** How everything begins that was sealed with the current secret. */
  readonly currentPrefix: string;
  /** A 32-byte key for one purpose (cookies, session ids …), the same in every process that has the same secret. HKDF, RFC 5869. */
  derive(purpose: string): Uint8Array;
  /** `derive` for the current and every earlier secret, current first: what is signed before a rotation still verifies. */
  deriveAll(purpose: string): Uint8Array[];
}

/** `secrets`: the current one first, then earlier ones that still open what they sealed. Each at least 32 bytes of base64url. */
export function createVault(secrets: readonly string[]): Vault {
  const ring = secrets.map((secret) => {
    const bytes = Buffer.from(secret, "base64url");
    if (bytes.length < 32) throw new Error("A secret key needs at least 32 bytes in base64url.");
    if (new Set(bytes).size < DIFFERENT_BYTES_MIN)
      throw new Error(
        "A secret key has to be random: this one repeats itself. Make one with `openssl rand -base64 32`.",
      );
    const kek = hkdf(bytes, "key-encryption");
    return { bytes, kek, kid: createHash("sha256").update(kek).digest("base64url").slice(0, 8) };
  });
  const current = ring[0];
  if (!current) throw new Error("A vault needs at least one secret key.");
  return {
    seal(plaintext, context) {
      const dataKey = randomBytes(32);
      const wrapped = encrypt(current.kek, dataKey, `${current.kid}|${context}`);
      return ["v1", current.kid, wrapped, encrypt(dataKey, Buffer.from(plaintext, "utf8"), context)].join(".");
    },
    open(sealed, context) {
      const [version, kid, wrapped, ciphertext] = sealed.split(".");
      const key = ring.find((entry) => entry.kid === kid);
      if (version !== "v1" || !key || !wrapped || !ciphertext)
        throw new Error("This secret was sealed with a key that is not here.");
      const dataKey = decrypt(key.kek, wrapped, `${kid}|${context}`);
      return decrypt(dataKey, ciphertext, context).toString("utf8");
    },
    currentPrefix: `v1.${current.kid}.`,
    derive: (purpose) => hkdf(current.bytes, purpose),
    deriveAll: (purpose) => ring.map((entry) => hkdf(entry.bytes, purpose)),
  };
}

function hkdf(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "portico", purpose, 32));
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function decrypt(key: Uint8Array, text: string, context: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(
    Buffer.from(context),
  );
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
}
