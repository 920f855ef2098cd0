import http from "node:http";
import Provider from "oidc-provider";
import type { Page } from "playwright-core";
import { freePort } from "./portico.ts";

/** An API's own client here, and its secret. */
export const CLIENT = { id: "portico", secret: "canary-client-secret" };

export interface AccountsApi {
  url: string;
  /** Access tokens that it was called with and knew. */
  seen: Set<string>;
  /** An API key that it takes at /keyed/{place}, in the header X-Key. */
  keys: Set<string>;
  /** Whose sign-ins were given back to it (RFC 7009). */
  givenBack: string[];
  /** Ends everything that somebody has been given. */
  endAccess(account: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * An API that people sign in at: a real authorization server with registration and discovery, GET /notes for whoever has a token of it, and
 * POST /notes, which takes the scope "write". `redirectUri`: of a client that it knows from the start.
 */
export async function startAccountsApi({
  port,
  redirectUri,
  tokenSeconds = 600,
}: {
  port?: number;
  redirectUri?: string;
  tokenSeconds?: number;
} = {}): Promise<AccountsApi> {
  const at = port ?? (await freePort());
  const url = `http://127.0.0.1:${at}`;
  const provider = new Provider(url, {
    clients: redirectUri
      ? [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [redirectUri],
            grant_types: ["authorization_code", "refresh_token"],
            response_types: ["code"],
          },
        ]
      : [],
    features: { registration: { enabled: true }, revocation: { enabled: true } },
    pkce: { required: () => true },
    scopes: ["openid", "offline_access", "read", "write"],
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: tokenSeconds, Session: 600, Grant: 600, Interaction: 600, RefreshToken: 600, IdToken: 600 },
    cookies: { keys: ["test"] },
  });
  const seen = new Set<string>();
  const keys = new Set<string>();
  const handle = provider.callback();
  const server = http.createServer(async (request, response) => {
    const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    const path = request.url ?? "/";
    if (path.startsWith("/keyed/")) {
      const isKnown = keys.has(String(request.headers["x-key"] ?? ""));
      return json(isKnown ? 200 : 401, isKnown ? { place: path.split("/")[2] } : { error: "wrong key" });
    }
    if (path !== "/notes") return void handle(request, response);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const found = await provider.AccessToken.find(token);
    if (!found) return json(401, { error: "no token" });
    seen.add(token);
    if (request.method === "POST" && !(found.scope ?? "").split(" ").includes("write"))
      return json(
        403,
        { error: "not allowed" },
        { "www-authenticate": 'Bearer error="insufficient_scope", scope="write"' },
      );
    return json(200, { reader: found.accountId });
  });
  // Both kinds of tokens of one account end together, as when somebody takes an app's access back there.
  const grants = new Map<string, Set<string>>();
  provider.on("grant.success", ({ oidc }) => {
    const { AccessToken: access, RefreshToken: refresh } = oidc.entities as {
      AccessToken?: { accountId?: string; grantId?: string };
      RefreshToken?: { accountId?: string; grantId?: string };
    };
    const { accountId, grantId } = refresh ?? access ?? {};
    if (accountId && grantId) grants.set(accountId, (grants.get(accountId) ?? new Set()).add(grantId));
  });
  const givenBack: string[] = [];
  provider.on("refresh_token.destroyed", ({ accountId }) => givenBack.push(accountId));
  await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", () => resolve()));
  return {
    url,
    seen,
    keys,
    givenBack,
    async endAccess(account) {
      for (const grantId of grants.get(account) ?? [])
        await Promise.all([
          provider.AccessToken.revokeByGrantId(grantId),
          provider.RefreshToken.revokeByGrantId(grantId),
          provider.Grant.find(grantId).then((grant) => grant?.destroy()),
        ]);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Somebody signs in at the API, in a browser that was sent there, and lets the client in. */
export async function signInThere(page: Page, { url }: Pick<AccountsApi, "url">, who: string): Promise<void> {
  await page.waitForURL(new RegExp(`^${url}/`));
  const login = page.locator('input[name="login"]');
  if (await login.isVisible()) {
    await login.fill(who);
    await page.locator('input[name="password"]').fill("any");
    await page.locator('button[type="submit"]').click();
    await page.waitForURL(/interaction/);
  }
  await page.locator('button[type="submit"]').click();
}
