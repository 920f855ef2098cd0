import type { Db, Vault } from "@portico/db";
import { CLIENT_DOCUMENT } from "./client-documents.ts";
import { createOidcAdapter } from "./oidc-adapter.ts";
import { DESTROY_SCOPE } from "./provider.ts";

/** A client's request to connect that waits for a person's answer. */
export interface PendingRequest {
  uid: string;
  clientId: string;
  clientName: string;
  /** Where the client's own document is: of one that is known by its address. The name is that site's, not anybody's. */
  clientHost: string | null;
  /** Where the browser goes afterwards: the host, or the scheme of a native app. */
  redirectHost: string;
  /** Anything on the person's machine can listen there: the page says so. */
  isLocalRedirect: boolean;
  resource: string;
  /** It asks for the scope for destroying. */
  asksToDestroy: boolean;
}

/**
 * What the consent page shows. Reading needs no cookie, since it tells nothing that is secret; answering does.
 * Null when there is no such request or it has expired.
 */
export async function readPendingRequest(
  { db, vault }: { db: Db; vault: Vault },
  uid: string,
): Promise<PendingRequest | null> {
  const Adapter = createOidcAdapter(db, vault);
  const interaction = (await new Adapter("Interaction").find(uid)) as { params?: Record<string, unknown> } | undefined;
  const params = interaction?.params;
  if (
    typeof params?.client_id !== "string" ||
    typeof params.redirect_uri !== "string" ||
    typeof params.resource !== "string"
  )
    return null;
  const isAddress = params.client_id.startsWith("https://");
  const client = (await new Adapter(isAddress ? CLIENT_DOCUMENT : "Client").find(params.client_id)) as
    | { client_name?: string }
    | undefined;
  if (!client) return null;
  const redirect = new URL(params.redirect_uri);
  return {
    uid,
    clientId: params.client_id,
    clientHost: isAddress ? new URL(params.client_id).host : null,
    clientName: client.client_name ?? "Unnamed client",
    redirectHost: redirect.host || redirect.protocol,
    isLocalRedirect: redirect.protocol !== "https:",
    resource: params.resource,
    asksToDestroy: String(params.scope ?? "")
      .split(" ")
      .includes(DESTROY_SCOPE),
  };
}
