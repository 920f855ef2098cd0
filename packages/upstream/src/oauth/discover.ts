import { isObject } from "../json.ts";
import type { Egress } from "../types.ts";

/** What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3), as far as a client needs it. */
export interface AuthorizationServerMetadata {
  /** Who it is: it was asked under this name, and calls itself the same. */
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  /** Where clients register themselves (RFC 7591); absent where they cannot. */
  registrationUrl?: string;
  /** Where tokens are given back (RFC 7009); absent where they cannot be. */
  revocationUrl?: string;
  /** It names itself in everything that it sends people back with (RFC 9207). */
  namesItself: boolean;
  /** Absent where it does not say. */
  scopes?: string[];
  /** Ways of clients to prove who they are at the token endpoint. */
  authMethods: string[];
}

/** What is known of an API before its authorization server is: whose word is asked for it, the surest first. */
export interface DiscoveryHints {
  /** As somebody typed it. Then nothing else is asked. */
  issuer?: string | undefined;
  /** Of the document's openIdConnect scheme. */
  openIdConnectUrl?: string | undefined;
  /** Addresses that tools call, for what the API says of itself (RFC 9728). */
  resources: readonly string[];
  /** Where the document says that people sign in. */
  authorizationUrl?: string | undefined;
}

export type Discovered = { ok: true; metadata: AuthorizationServerMetadata } | { ok: false; problem: string };

const TIMEOUT_MS = 5_000;
const BYTES_MAX = 256 * 1024;
/** Documents that are asked for in all. */
const REQUESTS_MAX = 16;
const LIST_MAX = 500;

/**
 * Finds an API's authorization server, through the guarded way out, over https, without redirects. Nothing is believed that another
 * than the one asked says of it: the issuer in its metadata has to be the one that the metadata was asked of (RFC 8414 §3.3), and a
 * resource's has to be of that resource (RFC 9728 §3.3). Never rejects.
 */
export async function discoverAuthorizationServer(
  egress: Pick<Egress, "request">,
  { issuer, openIdConnectUrl, resources, authorizationUrl }: DiscoveryHints,
): Promise<Discovered> {
  const read = createReader(egress);
  const tried: string[] = [];
  const byIssuer = async (name: string) => {
    tried.push(hostOf(name));
    return metadataOf(read, name);
  };
  let found: AuthorizationServerMetadata | undefined;
  if (issuer !== undefined) found = await byIssuer(issuer);
  else {
    if (openIdConnectUrl !== undefined) {
      const name = (await read(openIdConnectUrl))?.issuer;
      if (typeof name === "string") found = await byIssuer(name);
    }
    for (const resource of resources) found ??= await ofResource(read, resource, byIssuer);
    for (const url of [...resources, ...(authorizationUrl ? [authorizationUrl] : [])])
      if (URL.canParse(url)) found ??= await byIssuer(new URL(url).origin);
  }
  if (found) return { ok: true, metadata: found };
  const where = [...new Set(tried)].join(", ") || "the API";
  return {
    ok: false,
    problem: `Nothing was found that says where people sign in (asked: ${where}). Type the issuer, or the addresses from the API's documentation.`,
  };
}

type Read = (url: string) => Promise<Record<string, unknown> | undefined>;

async function ofResource(
  read: Read,
  resource: string,
  byIssuer: (name: string) => Promise<AuthorizationServerMetadata | undefined>,
): Promise<AuthorizationServerMetadata | undefined> {
  if (!URL.canParse(resource)) return undefined;
  const { origin, pathname } = new URL(resource);
  const path = pathname.replace(/\/+$/, "");
  for (const at of path === "" ? [""] : [path, ""]) {
    const body = await read(`${origin}/.well-known/oauth-protected-resource${at}`);
    const servers = Array.isArray(body?.authorization_servers) ? body.authorization_servers : [];
    const [name] = servers.filter((one) => typeof one === "string");
    if (name === undefined || !isSameName(body?.resource, origin + at)) continue;
    return byIssuer(name);
  }
  return undefined;
}

/** The metadata of an issuer, at the places that RFC 8414 §3.1 and OpenID Connect Discovery §4 have for it. */
async function metadataOf(read: Read, issuer: string): Promise<AuthorizationServerMetadata | undefined> {
  if (!URL.canParse(issuer)) return undefined;
  const { origin, pathname, search, hash } = new URL(issuer);
  if (search || hash) return undefined;
  const path = pathname.replace(/\/+$/, "");
  for (const url of new Set([
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/openid-configuration${path}`,
  ])) {
    const body = await read(url);
    const metadata = body && isSameName(body.issuer, issuer) ? toMetadata(body) : undefined;
    if (metadata) return metadata;
  }
  return undefined;
}

/** Simple string comparison, but for a slash at the end: both spellings have the same metadata, and people type either. */
function isSameName(said: unknown, asked: string): boolean {
  const bare = (text: string) => text.replace(/\/$/, "");
  return typeof said === "string" && bare(said) === bare(asked);
}

function toMetadata(body: Record<string, unknown>): AuthorizationServerMetadata | undefined {
  const [authorizationUrl, tokenUrl, registrationUrl, revocationUrl] = [
    body.authorization_endpoint,
    body.token_endpoint,
    body.registration_endpoint,
    body.revocation_endpoint,
  ].map((url) => (typeof url === "string" && isSafe(url) ? url : undefined));
  if (authorizationUrl === undefined || tokenUrl === undefined) return undefined;
  const challenges = textsOf(body.code_challenge_methods_supported);
  // Silence means nothing either way; a list without it means no.
  if (challenges && !challenges.includes("S256")) return undefined;
  const scopes = textsOf(body.scopes_supported);
  return {
    issuer: String(body.issuer),
    authorizationUrl,
    tokenUrl,
    ...(registrationUrl === undefined ? {} : { registrationUrl }),
    ...(revocationUrl === undefined ? {} : { revocationUrl }),
    namesItself: body.authorization_response_iss_parameter_supported === true,
    ...(scopes ? { scopes } : {}),
    authMethods: textsOf(body.token_endpoint_auth_methods_supported) ?? ["client_secret_basic"],
  };
}

function textsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((one): one is string => typeof one === "string" && one.length <= 256).slice(0, LIST_MAX);
}

/** Reads one JSON object; undefined for anything else that comes, and for nothing. */
function createReader(egress: Pick<Egress, "request">): Read {
  let left = REQUESTS_MAX;
  return async (url) => {
    if (left-- <= 0 || !isSafe(url)) return undefined;
    try {
      const { status, body, truncated } = await egress.request(
        { method: "GET", url, headers: [["accept", "application/json"]], secrets: [], missingCredentials: [] },
        { timeoutMs: TIMEOUT_MS, bodyBytesMax: BYTES_MAX, redirectsMax: 0 },
      );
      if (status !== 200 || truncated) return undefined;
      const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
}

/** What is said over the network can be changed on the way, except on this machine. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username || password) return false;
  return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
