import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { verifyPassword as verifyScrypt } from "better-auth/crypto";

const derive = promisify(argon2);

/** What a hash costs: 19 MiB, two passes, one lane. OWASP, Password Storage Cheat Sheet. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const STORED = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

const encode = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/** A password as it is stored: argon2id (RFC 9106), in the form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive("argon2id", { message: password.normalize("NFKC"), nonce, tagLength: TAG_BYTES, ...COST });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
}

/** Whether a password is the stored one. Those of before argon2id are better-auth's scrypt, and still open. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const stored = STORED.exec(hash);
  if (!stored) return verifyScrypt({ hash, password });
  const [memory = 0, passes = 0, parallelism = 0] = stored.slice(1, 4).map(Number);
  const tag = Buffer.from(stored[5] ?? "", "base64");
  const nonce = Buffer.from(stored[4] ?? "", "base64");
  const message = password.normalize("NFKC");
  const made = await derive("argon2id", { message, nonce, tagLength: tag.length, memory, passes, parallelism });
  return timingSafeEqual(made, tag);
}
