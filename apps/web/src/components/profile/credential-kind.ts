import type { ProfileField } from "@portico/services";

type Scheme = Extract<ProfileField, { kind: "credential" }>["scheme"];

/** What somebody has for a security scheme. A token from elsewhere serves OAuth 2 and OpenID Connect too. */
export type CredentialKind = "apiKey" | "basic" | "bearer";

export function credentialKind({ type }: Scheme): CredentialKind {
  return type === "apiKey" || type === "basic" ? type : "bearer";
}

export const KIND_NAMES: Record<CredentialKind, string> = {
  apiKey: "API key",
  basic: "User name and password",
  bearer: "Token",
};
