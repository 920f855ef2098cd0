import { createHash, randomBytes } from "node:crypto";
import { createPeople, hashPassword } from "@portico/auth";
import { newId } from "@portico/db";
import type { FastifyInstance, InjectOptions } from "fastify";
import { host, publicUrl, type TestGateway } from "./testing.ts";

export const redirectUri = "http://127.0.0.1:39871/callback";
const password = "correct horse battery staple";

/** What came back for one request of a browser or a client. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  location: string;
}

/** A browser as far as OAuth needs one: it keeps cookies by path, follows nothing by itself, and has no socket. */
export function createBrowser(app: FastifyInstance, more: Record<string, string> = {}) {
  const cookies = new Map<string, { value: string; path: string }>();
  return {
    cookies,
    async request(url: string, { headers, ...options }: InjectOptions = {}): Promise<Answer> {
      const { pathname, search } = new URL(url, publicUrl);
      const cookie = [...cookies]
        .filter(([, { path }]) => pathname.startsWith(path))
        .map(([name, { value }]) => `${name.split("@")[0]}=${value}`)
        .join("; ");
      const answer = await app.inject({
        ...options,
        url: pathname + search,
        headers: { host, accept: "text/html", ...(cookie ? { cookie } : {}), ...more, ...headers },
      });
      for (const { name, value, path = "/", maxAge, expires } of answer.cookies) {
        const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now());
        if (isGone) cookies.delete(`${name}@${path}`);
        else cookies.set(`${name}@${path}`, { value: encodeURIComponent(value), path });
      }
      const { statusCode: status, headers: received, body: text } = answer;
      return { status, headers: received, text, location: String(received.location ?? "") };
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;

/** A person of the gateway's organization who can sign in; `isStranger`: of none. */
export async function createPerson(
  gateway: TestGateway,
  { isStranger = false } = {},
): Promise<{ id: string; email: string }> {
  const { db } = gateway.deps;
  const id = newId("user");
  const email = `${id}@example.com`.toLowerCase();
  await db.user.create({ data: { id, name: "Test Person", email, emailVerified: true } });
  await db.account.create({
    data: {
      id: newId("account"),
      userId: id,
      accountId: id,
      providerId: "credential",
      password: await hashPassword(password),
    },
  });
  if (!isStranger)
    await db.member.create({
      data: { id: newId("member"), userId: id, organizationId: gateway.ctx.organizationId, role: "member" },
    });
  return { id, email };
}

export async function signIn(gateway: TestGateway, browser: Browser, { email }: { email: string }): Promise<void> {
  const answer = await createPeople(gateway.deps).api.signInEmail({ body: { email, password }, asResponse: true });
  for (const line of answer.headers.getSetCookie()) {
    const pair = line.split(";")[0] ?? "";
    const at = pair.indexOf("=");
    browser.cookies.set(`${pair.slice(0, at)}@/`, { value: pair.slice(at + 1), path: "/" });
  }
}

export interface Client {
  id: string;
  secret: string | undefined;
  registration: Record<string, unknown>;
  verifier: string;
  resource: string;
}

let registered = 0;

/** From an address of its own, where proxies are trusted: registrations are counted by it. */
export async function register(app: FastifyInstance, path: string, more: object = {}): Promise<Client> {
  const answer = await app.inject({
    method: "POST",
    url: "/oauth/register",
    headers: { host, "x-forwarded-for": `198.18.${++registered >> 8}.${registered & 255}` },
    payload: { client_name: "Test client", redirect_uris: [redirectUri], ...more },
  });
  if (answer.statusCode !== 201) throw new Error(`Registration: ${answer.statusCode} ${answer.body}`);
  const registration = answer.json<Record<string, unknown>>();
  return {
    id: String(registration.client_id),
    secret: registration.client_secret as string | undefined,
    registration,
    verifier: randomBytes(32).toString("base64url"),
    resource: publicUrl + path,
  };
}

/** The address of a request to authorize. A list repeats its parameter; null leaves it out. */
export function authorizeUrl(client: Client, more: Record<string, string | string[] | null> = {}): string {
  const params = {
    response_type: "code",
    client_id: client.id,
    redirect_uri: redirectUri,
    code_challenge: createHash("sha256").update(client.verifier).digest("base64url"),
    code_challenge_method: "S256",
    state: "s1",
    resource: client.resource,
    ...more,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const one of [value].flat()) if (one !== null) query.append(name, one);
  return `/oauth/authorize?${query}`;
}

/** Follows redirects of ours; gives the first address that is not the authorization server's. */
export async function follow(browser: Browser, url: string): Promise<string> {
  for (let hops = 0; hops < 10; hops++) {
    const { status, location, text } = await browser.request(url);
    if (!location) throw new Error(`No way on from ${url}: ${status} ${text}`);
    const next = new URL(location, publicUrl);
    if (next.origin !== publicUrl || !next.pathname.startsWith("/oauth/")) return next.href;
    url = next.pathname + next.search;
  }
  throw new Error("Too many redirects.");
}

/** A signed-in person says yes (or is known to have said it); gives what came back to the client. */
export async function consent(
  browser: Browser,
  client: Client,
  more: Parameters<typeof authorizeUrl>[1] = {},
): Promise<URLSearchParams> {
  let at = await follow(browser, authorizeUrl(client, more));
  const uid = /\/connect\/([^/?]+)$/.exec(at)?.[1];
  if (at.startsWith(publicUrl) && uid) at = await follow(browser, (await answerConsent(browser, uid)).location);
  return new URL(at).searchParams;
}

export function answerConsent(
  browser: Browser,
  uid: string,
  { decision = "approve", origin = publicUrl, ...choice }: Record<string, string> = {},
): Promise<Answer> {
  return browser.request(`/oauth/interaction/${uid}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin },
    payload: new URLSearchParams({ decision, ...choice }).toString(),
  });
}

export interface Tokens {
  status: number;
  error: string | undefined;
  access: string;
  refresh: string;
  headers: Record<string, unknown>;
}

/** One request to the token endpoint. */
export async function token(
  app: FastifyInstance,
  form: [string, string][],
  headers: Record<string, string> = {},
): Promise<Tokens> {
  const answer = await app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: { host, "content-type": "application/x-www-form-urlencoded", ...headers },
    payload: new URLSearchParams(form).toString(),
  });
  const body = answer.json<{ error?: string; access_token?: string; refresh_token?: string }>();
  return {
    status: answer.statusCode,
    error: body.error,
    access: body.access_token ?? "",
    refresh: body.refresh_token ?? "",
    headers: answer.headers,
  };
}

export function redeemForm(client: Client, code: string): [string, string][] {
  return [
    ["grant_type", "authorization_code"],
    ["client_id", client.id],
    ["code", code],
    ["redirect_uri", redirectUri],
    ["code_verifier", client.verifier],
    ["resource", client.resource],
  ];
}

export function refreshForm(client: Client, refresh: string): [string, string][] {
  return [
    ["grant_type", "refresh_token"],
    ["client_id", client.id],
    ["refresh_token", refresh],
  ];
}

/** Register, sign in, consent, redeem. */
export async function connectClient(gateway: TestGateway, path: string, person?: { email: string }) {
  const client = await register(gateway.app, path);
  const browser = createBrowser(gateway.app);
  await signIn(gateway, browser, person ?? (await createPerson(gateway)));
  const code = (await consent(browser, client)).get("code") ?? "";
  const tokens = await token(gateway.app, redeemForm(client, code));
  if (tokens.status !== 200) throw new Error(`Not connected: ${tokens.status} ${tokens.error}`);
  return { client, browser, code, tokens };
}
