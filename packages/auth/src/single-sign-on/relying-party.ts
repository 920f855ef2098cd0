import * as oidc from "openid-client";
import { type Claims, IdentityProviderError } from "./claims.ts";

// Portico at an organization's own identity provider. The protocol is openid-client's (a certified relying party): state, nonce, PKCE, the
// issuer in the answer (RFC 9207), and the ID token's signature, issuer, audience and times.

/** A client of an identity provider. */
export interface IdentityProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** The way out for addresses that an organization chose: guarded, and without redirects. */
export type GuardedFetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What a sign-in is finished with; a secret of ours while the person is away. */
export interface SignInChecks {
  state: string;
  nonce: string;
  verifier: string;
}

const SCOPE = "openid email profile";

/**
 * Reads what the provider says of itself (OpenID Connect Discovery §4); it has to call itself by the issuer that it was asked under. Rejects
 * with an IdentityProviderError.
 */
export async function discoverIdentityProvider(
  fetch: GuardedFetch,
  provider: IdentityProvider,
): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = provider;
  const options = {
    [oidc.customFetch]: fetch as oidc.CustomFetch,
    ...(issuer.startsWith("http:") ? { execute: [oidc.allowInsecureRequests] } : {}),
  };
  try {
    const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), options);
    const server = found.serverMetadata();
    for (const name of ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const)
      if (!server[name]) throw new IdentityProviderError(`The provider does not say its ${name}.`);
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    // In the header a secret is encoded (RFC 6749 §2.3.1), which not every provider undoes; in the form there is nothing to differ about.
    const prove = methods.includes("client_secret_post")
      ? oidc.ClientSecretPost(clientSecret)
      : oidc.ClientSecretBasic(clientSecret);
    const configuration = new oidc.Configuration(server, clientId, undefined, prove);
    configuration[oidc.customFetch] = fetch as oidc.CustomFetch;
    if (issuer.startsWith("http:")) oidc.allowInsecureRequests(configuration);
    // The signature is checked although the token comes straight from the provider.
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  } catch (error) {
    throw inWords(error, "The identity provider was not found");
  }
}

/** The address that the person's browser is sent to, and what the answer will be checked against. */
export async function beginAtProvider(
  configuration: oidc.Configuration,
  { redirectUri, email }: { redirectUri: string; email?: string | undefined },
): Promise<{ url: string; checks: SignInChecks }> {
  const checks = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    response_type: "code",
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: "S256",
    ...(email ? { login_hint: email } : {}),
  });
  return { url: url.href, checks };
}

/** Redeems the answer for who signed in. Rejects with an IdentityProviderError when it is not the answer to what was asked. */
export async function endAtProvider(
  configuration: oidc.Configuration,
  { answer, checks }: { answer: URL; checks: SignInChecks },
): Promise<Claims> {
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
      expectedState: checks.state,
      expectedNonce: checks.nonce,
      pkceCodeVerifier: checks.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new IdentityProviderError("The provider did not say who signed in.");
    // A provider may keep the address for its userinfo (OpenID Connect Core §5.4), which has to be of the same subject (§5.3.2).
    const isTold = claims.email !== undefined || !configuration.serverMetadata().userinfo_endpoint;
    const said = isTold ? claims : await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    const of = (name: "email" | "name") => (typeof said[name] === "string" && said[name] !== "" ? said[name] : null);
    return {
      subject: claims.sub,
      email: of("email")?.toLowerCase() ?? null,
      emailVerified: said.email_verified !== false && String(said.email_verified) !== "false",
      name: of("name"),
    };
  } catch (error) {
    throw inWords(error, "The identity provider's answer was refused");
  }
}

/** What may be said of a failure: the kind, never what the provider wrote. */
function inWords(error: unknown, what: string): IdentityProviderError {
  if (error instanceof IdentityProviderError) return error;
  const code = (error as { code?: unknown }).code;
  const kind = error instanceof oidc.AuthorizationResponseError ? `it said ${safe(error.error)}` : safe(code);
  return new IdentityProviderError(`${what}${kind ? ` (${kind})` : ""}.`, { cause: error });
}

function safe(code: unknown): string {
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : "";
}
