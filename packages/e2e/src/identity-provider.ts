import http from "node:http";
import Provider from "oidc-provider";
import { freePort } from "./portico.ts";

export const SSO_CLIENT = { id: "portico-at-work", secret: "canary-sso-client-secret" };

/**
 * An organization's identity provider: a real one. Whoever signs in as "grace" has the address grace@`domain`; what is not said in the ID
 * token is in its userinfo.
 */
export async function startIdentityProvider({ domain, redirectUri }: { domain: string; redirectUri: string }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: SSO_CLIENT.id,
        client_secret: SSO_CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
        email: `${id}@${domain}`,
        email_verified: true,
      }),
    }),
    pkce: { required: () => true },
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: ["test"] },
  });
  const server = http.createServer(provider.callback());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
