import { createHash, randomBytes } from "node:crypto";

/** "ptk_" and at least 24 characters: 144 bits or more when we make it. */
export const API_KEY_PATTERN = /^ptk_[A-Za-z0-9_-]{24,128}$/;

export function newApiKey(): string {
  return `ptk_${randomBytes(24).toString("base64url")}`;
}

/** What is stored. A key has enough entropy for a plain SHA-256: there is nothing to guess. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}
