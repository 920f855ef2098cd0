import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { compress, decompress, type Vault } from "@portico/db";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = "job-source";

/**
 * A source as it waits in its job's row: compressed, then sealed for that job. Recordings and commands hold live tokens until they are
 * converted. Sealed as bytes, because a file of 32 MB in the vault's text form would hold up the process.
 */
export async function sealPayload(
  vault: Vault,
  jobId: string,
  source: string | Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, vault.derive(PURPOSE), iv).setAAD(Buffer.from(jobId));
  const sealed = cipher.update(await compress(source));
  return new Uint8Array(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]));
}

/** Throws when it belongs to another job, was changed, or was sealed with a key that is not here. */
export async function openPayload(vault: Vault, jobId: string, payload: Uint8Array): Promise<Uint8Array> {
  let failure: unknown;
  for (const key of vault.deriveAll(PURPOSE)) {
    const decipher = createDecipheriv(ALGORITHM, key, payload.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(jobId))
      .setAuthTag(payload.subarray(payload.length - TAG_BYTES));
    try {
      const opened = decipher.update(payload.subarray(IV_BYTES, payload.length - TAG_BYTES));
      return await decompress(Buffer.concat([opened, decipher.final()]));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
