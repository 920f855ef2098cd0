import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { GuardedFetch } from "./relying-party.ts";

/** What an identity provider of a test says; each part can be made to lie. */
export interface FakeProvider {
  fetch: GuardedFetch;
  /** Somebody signs in there: gives where their browser is sent back to. */
  signIn(url: string, claims: Record<string, unknown>, lie?: Lie): Promise<URL>;
}

export interface Lie {
  /** In the ID token, over what is right. */
  token?: Record<string, unknown>;
  /** Signed with a key that the provider does not publish. */
  hasForeignKey?: boolean;
  /** In the address, over what is right; null: left out. */
  answer?: Record<string, string | null>;
}

/** An identity provider without a network: `fetch` is the way to it. It checks its client and PKCE (RFC 7636) as a real one does. */
export async function createFakeProvider({
  issuer,
  clientId,
  clientSecret,
  says = {},
}: {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** In its metadata, over what is right. */
  says?: Record<string, unknown>;
}): Promise<FakeProvider> {
  const [own, foreign] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "ES256", use: "sig" };
  const codes = new Map<string, { challenge: string; token: string }>();
  const json = (value: unknown, status = 200) => Response.json(value, { status });
  return {
    async fetch(url, init) {
      const { pathname } = new URL(url);
      if (pathname.endsWith("/.well-known/openid-configuration"))
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
          ...says,
        });
      if (pathname === "/jwks") return json({ keys: [jwk] });
      if (pathname !== "/token") return json({}, 404);
      const form = new URLSearchParams(String(init?.body));
      const basic = /^Basic (.+)$/.exec(new Headers(init?.headers).get("authorization") ?? "")?.[1] ?? "";
      const [id, secret] = basic
        ? Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent)
        : [form.get("client_id"), form.get("client_secret")];
      if (id !== clientId || secret !== clientSecret) return json({ error: "invalid_client" }, 401);
      const found = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (!found || found.challenge !== challenge) return json({ error: "invalid_grant" }, 400);
      return json({ access_token: "at", token_type: "Bearer", expires_in: 60, id_token: found.token });
    },
    async signIn(url, claims, { token = {}, hasForeignKey = false, answer = {} } = {}) {
      const asked = new URL(url).searchParams;
      const now = Math.floor(Date.now() / 1_000);
      const signed = await new SignJWT({
        ...{ iss: issuer, aud: clientId, iat: now, exp: now + 60, nonce: asked.get("nonce") ?? "" },
        ...claims,
        ...token,
      })
        .setProtectedHeader({ alg: "ES256", kid: "k1" })
        .sign(hasForeignKey ? foreign.privateKey : own.privateKey);
      const code = `code-${codes.size}-${Math.random()}`;
      codes.set(code, { challenge: asked.get("code_challenge") ?? "", token: signed });
      const back = new URL(asked.get("redirect_uri") ?? "");
      const said = { code, state: asked.get("state"), ...answer };
      for (const [name, value] of Object.entries(said)) if (value !== null) back.searchParams.set(name, value);
      return back;
    },
  };
}
