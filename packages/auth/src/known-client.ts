import { randomBytes, randomUUID } from "node:crypto";
import type { Db, Vault } from "@portico/db";
import { createOidcAdapter, hashOidcId } from "./oidc-adapter.ts";
import { DEVICE_GRANT, normalizeRegistration, type RegistrationOutcome } from "./registration-policy.ts";

/** A client that an organization made by itself, rather than one that came and registered. */
export type KnownClient =
  /** Acts for people: they sign in, and it gets codes at one of these addresses. */
  | { kind: "app"; name: string; redirectUris: string[]; isConfidential: boolean }
  /** A program in a terminal: acts for people who type its code in a browser (RFC 8628). It can keep no secret. */
  | { kind: "device"; name: string }
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
  const keepsSecret = given.kind === "machine" || (given.kind === "app" && given.isConfidential);
  const method = keepsSecret ? "client_secret_post" : "none";
  const outcome =
    given.kind === "machine"
      ? undefined
      : normalizeRegistration({
          client_name: given.name,
          token_endpoint_auth_method: method,
          ...(given.kind === "device" ? { grant_types: [DEVICE_GRANT] } : { redirect_uris: given.redirectUris }),
        });
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
