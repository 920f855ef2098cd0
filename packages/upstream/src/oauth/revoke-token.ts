import type { Egress, RequestOptions } from "../types.ts";
import { discoverAuthorizationServer } from "./discover.ts";
import { prove, type TokenClient } from "./request-token.ts";

/** For all of it: whoever signs out does not wait for the API. */
const DEADLINE_MS = 5_000;
const BYTES_MAX = 64 * 1024;

/**
 * - `revoked`: the API has taken the token back, or knew it no more.
 * - `impossible`: the API does not say where tokens are given back, or who says it is not who gave the token.
 * - `failed`: it was asked, and did not answer as it has to within a few seconds.
 */
export type Revocation = "revoked" | "impossible" | "failed";

/**
 * Gives a refresh token back to the API that gave it (RFC 7009), at the address that its authorization server's metadata names, through the
 * guarded way out and without redirects. Only metadata of the very token endpoint that the token is from are believed. Never rejects.
 */
export async function revokeToken(
  egress: Pick<Egress, "request">,
  client: TokenClient & { authorizationUrl: string; issuer?: string | undefined },
  refreshToken: string,
): Promise<Revocation> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const limits = { timeoutMs: DEADLINE_MS, signal };
  const inTime: Pick<Egress, "request"> = {
    request: (request, options: RequestOptions = {}) => egress.request(request, { ...options, ...limits }),
  };
  const { issuer, authorizationUrl } = client;
  const discovered = await discoverAuthorizationServer(inTime, { issuer, resources: [], authorizationUrl });
  const url = discovered.ok && discovered.metadata.tokenUrl === client.tokenUrl && discovered.metadata.revocationUrl;
  if (!url) return signal.aborted ? "failed" : "impossible";
  const form = new URLSearchParams({ token: refreshToken, token_type_hint: "refresh_token" });
  const headers = prove(client, form);
  const secrets = [refreshToken, ...(client.clientSecret === undefined ? [] : [client.clientSecret])];
  try {
    const { status } = await inTime.request(
      { method: "POST", url, headers, body: form.toString(), secrets, missingCredentials: [] },
      { bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
    );
    return status === 200 ? "revoked" : "failed";
  } catch {
    return "failed";
  }
}
