import { z } from "zod";

/** What a key may do. "read" sees, "write" builds and publishes, "call" uses servers as an MCP client, "audit" reads the audit log. */
export const API_KEY_SCOPES = ["read", "write", "call", "audit"] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** What a key gets when nothing is said, and what keys from before scopes have. */
export const DEFAULT_SCOPES: ApiKeyScope[] = ["read", "write", "call"];

export const scopesSchema = z
  .array(z.enum(API_KEY_SCOPES, { error: `use ${API_KEY_SCOPES.join(", ")}` }))
  .min(1, "choose at least one")
  .transform((scopes) => API_KEY_SCOPES.filter((scope) => scopes.includes(scope)));

/** The scopes of a row; what a later version wrote and this one does not know gives nothing. */
export function scopesOf(stored: string[]): ApiKeyScope[] {
  return API_KEY_SCOPES.filter((scope) => stored.includes(scope));
}
