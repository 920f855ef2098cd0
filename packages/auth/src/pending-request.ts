import type { Db, Vault } from "@portico/db";
import type { AdapterPayload } from "oidc-provider";
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
  /** Where the browser goes afterwards: the host, or the scheme of a native app; null when it goes nowhere. */
  redirectHost: string | null;
  /** Anything on the person's machine can listen there: the page says so. */
  isLocalRedirect: boolean;
  /** It began with a code that was typed in; "over" when that has expired or was answered meanwhile. */
  device: "waiting" | "over" | null;
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
  const interaction = await new Adapter("Interaction").find(uid);
  const { params, deviceCode } = interaction ?? {};
  if (typeof params?.client_id !== "string" || typeof params.resource !== "string") return null;
  if (typeof params.redirect_uri !== "string" && !deviceCode) return null;
  const isAddress = params.client_id.startsWith("https://");
  const client = (await new Adapter(isAddress ? CLIENT_DOCUMENT : "Client").find(params.client_id)) as
    | { client_name?: string }
    | undefined;
  if (!client) return null;
  const redirect = deviceCode ? null : new URL(String(params.redirect_uri));
  const code = deviceCode
    ? ((await new Adapter("DeviceCode").find(deviceCode)) as AdapterPayload | undefined)
    : undefined;
  return {
    uid,
    clientId: params.client_id,
    clientHost: isAddress ? new URL(params.client_id).host : null,
    clientName: client.client_name ?? "Unnamed client",
    redirectHost: redirect ? redirect.host || redirect.protocol : null,
    isLocalRedirect: redirect !== null && redirect.protocol !== "https:",
    device: deviceCode ? (isWaiting(code) ? "waiting" : "over") : null,
    resource: params.resource,
    asksToDestroy: String(params.scope ?? "")
      .split(" ")
      .includes(DESTROY_SCOPE),
  };
}

function isWaiting(code: AdapterPayload | undefined): boolean {
  return code?.exp !== undefined && code.exp * 1_000 > Date.now() && !code.accountId && !code.error && !code.consumed;
}
