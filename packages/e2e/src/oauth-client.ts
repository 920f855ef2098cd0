import { createHash, randomBytes } from "node:crypto";
import { owner } from "./portico.ts";

const base64url = (bytes: Buffer) => bytes.toString("base64url");

/** A browser as far as OAuth needs one: it keeps cookies by path and follows redirects when told to. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();
  readonly #headers: Record<string, string>;

  /** `headers` go with every request. */
  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers;
  }

  /** What it would send to an address of this path. */
  cookie(path = "/"): string {
    return [...this.#cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name.split("@")[0]}=${value}`)
      .join("; ");
  }

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = this.cookie(new URL(url).pathname);
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { accept: "text/html", ...this.#headers, ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects on our own origin; gives the first address elsewhere, or the last page. */
  async follow(url: string, origin: string): Promise<{ location: string } | { response: Response; url: string }> {
    for (let hops = 0; hops < 10; hops++) {
      if (!url.startsWith(origin)) return { location: url };
      const response = await this.request(url);
      const next = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || !next) return { response, url };
      url = new URL(next, url).href;
    }
    throw new Error("Too many redirects.");
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf("=");
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? "/";
    const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=.*1970/i.test(attribute));
    const key = `${pair.slice(0, at)}@${path}`;
    if (isGone) this.#cookies.delete(key);
    else this.#cookies.set(key, { value: pair.slice(at + 1), path });
  }
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** What an MCP client keeps of one sign-in. */
export interface OAuthClient {
  origin: string;
  resource: string;
  clientId: string;
  redirectUri: string;
  verifier: string;
}

export const redirectUri = "http://127.0.0.1:39871/callback";

/** From a 401 to a registered client, the way MCP clients find it: challenge, resource metadata, server metadata, registration. */
export async function register(
  mcpUrl: string,
  headers: Record<string, string> = {},
  callback = redirectUri,
): Promise<OAuthClient & { metadata: Record<string, unknown> }> {
  const refused = await fetch(mcpUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  });
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "")?.[1];
  if (refused.status !== 401 || !metadataUrl)
    throw new Error(`No challenge: ${refused.status} ${refused.headers.get("www-authenticate")}`);
  const resource = (await (await fetch(metadataUrl)).json()) as { resource: string; authorization_servers: string[] };
  const origin = resource.authorization_servers[0] ?? "";
  const metadata = (await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json()) as Record<
    string,
    string
  >;
  const answer = await fetch(metadata.registration_endpoint ?? "", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      client_name: "E2E client",
      redirect_uris: [callback],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    }),
  });
  if (answer.status !== 201) throw new Error(`Registration: ${answer.status} ${await answer.text()}`);
  const { client_id } = (await answer.json()) as { client_id: string };
  return {
    origin,
    resource: resource.resource,
    clientId: client_id,
    redirectUri: callback,
    verifier: base64url(randomBytes(32)),
    metadata,
  };
}

export function authorizeUrl(client: OAuthClient, more: Record<string, string | undefined> = {}): string {
  const params = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code_challenge: base64url(createHash("sha256").update(client.verifier).digest()),
    code_challenge_method: "S256",
    state: "state-1",
    resource: client.resource,
    ...more,
  };
  const query = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${client.origin}/oauth/authorize?${new URLSearchParams(query)}`;
}

export async function signIn(
  browser: Browser,
  origin: string,
  { email, password }: { email: string; password: string } = owner,
): Promise<void> {
  const response = await browser.request(`${origin}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`Sign-in: ${response.status} ${await response.text()}`);
}

/** A signed-in person says yes; gives the parameters that came back to the client. */
export async function consent(
  browser: Browser,
  client: OAuthClient,
  more: Record<string, string | undefined> = {},
): Promise<URLSearchParams> {
  let step = await browser.follow(authorizeUrl(client, more), client.origin);
  if ("response" in step) {
    const uid = /\/connect\/([^/?]+)$/.exec(step.url)?.[1];
    if (!uid) throw new Error(`No consent page: ${step.url} ${step.response.status} ${await step.response.text()}`);
    const answered = await browser.request(`${client.origin}/oauth/interaction/${uid}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: client.origin },
      body: "decision=approve",
    });
    const next = answered.headers.get("location");
    if (!next) throw new Error(`Consent: ${answered.status} ${await answered.text()}`);
    step = await browser.follow(new URL(next, client.origin).href, client.origin);
  }
  if (!("location" in step)) throw new Error(`The browser stayed at ${step.url}: ${step.response.status}`);
  return new URL(step.location).searchParams;
}

export function tokenRequest(client: OAuthClient, form: Record<string, string>): Promise<Response> {
  return fetch(`${client.origin}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ client_id: client.clientId, ...form }),
  });
}

export function redeem(client: OAuthClient, code: string, more: Record<string, string> = {}): Promise<Response> {
  return tokenRequest(client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: client.redirectUri,
    code_verifier: client.verifier,
    resource: client.resource,
    ...more,
  });
}

export function refresh(client: OAuthClient, token: string, more: Record<string, string> = {}): Promise<Response> {
  return tokenRequest(client, { grant_type: "refresh_token", refresh_token: token, ...more });
}

/** The whole of it: register, sign in, consent, redeem. */
export async function connectByOAuth(
  mcpUrl: string,
): Promise<{ client: OAuthClient; browser: Browser; tokens: Tokens }> {
  const client = await register(mcpUrl);
  const browser = new Browser();
  await signIn(browser, client.origin);
  const code = (await consent(browser, client)).get("code") ?? "";
  return { client, browser, tokens: (await (await redeem(client, code)).json()) as Tokens };
}
