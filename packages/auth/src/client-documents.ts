import type { Db, Vault } from "@portico/db";
import { createOidcAdapter } from "./oidc-adapter.ts";
import { normalizeRegistration } from "./registration-policy.ts";

/** What an https address answered to GET: no redirect was followed, and the guard of everything that leaves was in between. */
export interface FetchedDocument {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string;
}

/** Rejects when the address is not allowed, cannot be reached in time, or answers with more than a few kilobytes. */
export type FetchDocument = (url: string) => Promise<FetchedDocument>;

/** The model of a document in the provider's storage. */
export const CLIENT_DOCUMENT = "ClientDocument";
/** How long the last good reading helps out when a document cannot be read. */
const KEPT_SECONDS = 30 * 86_400;
/** How soon one that could not be read is tried again. */
const STALE_CACHE = "max-age=60";
const KEPT_HEADERS = ["cache-control", "expires"];

/**
 * Clients that are known by the address of a document about themselves (OAuth Client ID Metadata Document): fetches what the provider asks
 * for, and gives it what we register of a client that registers itself. When a document cannot be read, its last good reading
 * counts: nobody is signed out because another site is down. One that was changed, is gone or is wrong counts at once.
 */
export function createClientDocuments({ db, vault, fetch }: { db: Db; vault: Vault; fetch: FetchDocument }) {
  const records = new (createOidcAdapter(db, vault))(CLIENT_DOCUMENT);

  async function lastReading(url: string): Promise<Response | undefined> {
    const known = await records.find(url);
    if (!known) return undefined;
    return toResponse(JSON.stringify(known), { "cache-control": STALE_CACHE });
  }

  return async function read(url: string): Promise<Response> {
    let fetched: FetchedDocument;
    try {
      fetched = await fetch(url);
    } catch (error) {
      const last = await lastReading(url);
      if (last) return last;
      throw error;
    }
    if (fetched.status >= 500) return (await lastReading(url)) ?? new Response(null, { status: fetched.status });
    if (fetched.status !== 200) return new Response(null, { status: fetched.status });
    const headers = Object.fromEntries(
      KEPT_HEADERS.flatMap((name) => (fetched.headers[name] ? [[name, fetched.headers[name]]] : [])),
    );
    const given = JSON.parse(fetched.body) as unknown;
    // The keys that a client signs with are behind an address too.
    if (isObject(given) && Array.isArray(given.keys)) return toResponse(fetched.body, headers);
    const document = toDocument(given);
    if (document.client_id === url) await records.upsert(url, document, KEPT_SECONDS);
    return toResponse(JSON.stringify(document), headers);
  };
}

/** The document as far as we believe it. A shared secret cannot be in a public document: the provider refuses it. */
function toDocument(given: unknown): Record<string, unknown> {
  const outcome = normalizeRegistration(given);
  if (!outcome.ok) throw new Error(outcome.description);
  if (typeof (given as { client_name?: unknown }).client_name !== "string") throw new Error("client_name is missing.");
  const { client_id, client_secret, token_endpoint_auth_method, jwks_uri, jwks } = given as Record<string, unknown>;
  const signs = token_endpoint_auth_method === "private_key_jwt";
  return {
    ...outcome.registration,
    client_id,
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(signs ? { token_endpoint_auth_method, ...(jwks_uri === undefined ? { jwks } : { jwks_uri }) } : {}),
  };
}

function toResponse(body: string, headers: Record<string, string>): Response {
  return new Response(body, { headers: { ...headers, "content-type": "application/json" } });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
