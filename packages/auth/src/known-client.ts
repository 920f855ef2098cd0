import { randomBytes, randomUUID } from "node:crypto";
import type { Db, Vault } from "@portico/db";
import { createOidcAdapter, hashOidcId } from "./oidc-adapter.ts";
import { normalizeRegistration, type RegistrationOutcome } from "./registration-policy.ts";

/** A client that an organization made by itself, rather than one that came and registered. */
export type KnownClient =
  /** Acts for people: they sign in, and it gets codes at one of these addresses. */
  | { kind: "app"; name: string; redirectUris: string[]; isConfidential: boolean }
  /** Acts for itself, by its secret (RFC 6749 §4.4). */
  | { kind: "machine"; name: string };

export interface MadeClient {
  clientId: string;
  /** Seen this once; undefined for an app that can keep no secret. */
  clientSecret: string | undefined;
}

/** Registers a client for good. Refuses what a client that registers itself could not say either. */
export async function addKnownClient(
  { db, vault }: { db: Pick<Db, "oidcRecord">; vault: Vault },
  given: KnownClient,
): Promise<({ ok: true } & MadeClient) | Extract<RegistrationOutcome, { ok: false }>> {
  const method = given.kind === "machine" || given.isConfidential ? "client_secret_post" : "none";
  const outcome =
    given.kind === "app"
      ? normalizeRegistration({
          client_name: given.name,
          redirect_uris: given.redirectUris,
          token_endpoint_auth_method: method,
        })
      : undefined;
  if (outcome && !outcome.ok) return outcome;
  const clientId = randomUUID();
  const clientSecret = method === "none" ? undefined : randomBytes(32).toString("base64url");
  const registration = outcome?.registration ?? {
    client_name: given.name,
    redirect_uris: [],
    response_types: [],
    grant_types: ["client_credentials"],
    token_endpoint_auth_method: method,
  };
  await new (createOidcAdapter(db as Db, vault))("Client").upsert(clientId, {
    ...registration,
    client_id: clientId,
    ...(clientSecret ? { client_secret: clientSecret } : {}),
  } as never);
  return { ok: true, clientId, clientSecret };
}

/** Forgets a client: it gets no token any more. What it holds is for its owner to end. */
export async function removeKnownClient(db: Pick<Db, "oidcRecord">, clientId: string): Promise<void> {
  await db.oidcRecord.deleteMany({ where: { model: "Client", id: hashOidcId(clientId) } });
}
