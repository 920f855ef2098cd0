import { createHash, randomBytes } from "node:crypto";
import type { FetchDocument, FetchedDocument } from "@portico/auth";
import { createOAuthClient } from "@portico/services";
import { createEgress } from "@portico/upstream";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDocumentFetch } from "../document-fetch.ts";
import {
  bearer,
  callTool,
  inject,
  openSession,
  publicUrl,
  rpc,
  startTestGateway,
  type TestGateway,
} from "../testing.ts";
import {
  authorizeUrl,
  type Client,
  consent,
  createBrowser,
  createPerson,
  follow,
  redeemForm,
  redirectUri,
  refreshForm,
  signIn,
  token,
} from "../testing-oauth.ts";

/** The web as far as it concerns us: what is at an address, by the address. */
const web = new Map<string, FetchedDocument | Error>();
const fetched: string[] = [];
const fetchDocument: FetchDocument = async (url) => {
  fetched.push(url);
  const found = web.get(url) ?? new Error("There is no such host.");
  if (found instanceof Error) throw found;
  return found;
};
const page = (body: unknown, headers: Record<string, string> = {}, status = 200): FetchedDocument => ({
  status,
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

let gateway: TestGateway;
let path: string;
let person: { id: string; email: string };
beforeAll(async () => {
  gateway = await startTestGateway({ fetchDocument });
  ({ path } = await gateway.publish({ slug: "notes" }));
  person = await createPerson(gateway);
});
afterAll(() => gateway?.close());
beforeEach(() => {
  fetched.length = 0;
});

let number = 0;
/** A client that nobody has asked about yet. */
function publishDocument(more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Client {
  const id = `https://client-${++number}.example/oauth/client.json`;
  web.set(id, page({ client_id: id, client_name: "Known client", redirect_uris: [redirectUri], ...more }, headers));
  return clientOf(id);
}

function clientOf(id: string): Client {
  return {
    id,
    secret: undefined,
    registration: {},
    verifier: randomBytes(32).toString("base64url"),
    resource: `https://portico.example.com${path}`,
  };
}

async function connect(client: Client, more: Record<string, string> = {}) {
  const browser = createBrowser(gateway.app);
  await signIn(gateway, browser, person);
  const code = (await consent(browser, client, more)).get("code") ?? "";
  return token(gateway.app, [
    ...redeemForm(client, code).filter(([name]) => name !== "redirect_uri"),
    ["redirect_uri", more.redirect_uri ?? redirectUri],
  ]);
}

describe("a client that is known by the address of its document", () => {
  it("connects, calls, and refreshes, with its document read once", async () => {
    const client = publishDocument();
    const tokens = await connect(client);
    expect(tokens.status).toBe(200);
    expect((await rpc(gateway.app, path, "ping", {}, bearer(tokens.access))).status).toBe(200);
    expect((await token(gateway.app, refreshForm(client, tokens.refresh))).status).toBe(200);
    expect(fetched).toEqual([client.id]);
    expect(await gateway.deps.db.connection.findFirst({ where: { clientId: client.id } })).toMatchObject({
      clientName: "Known client",
    });
  });
  it("is shown on the consent page with the site that vouches for its name", async () => {
    const client = publishDocument({ client_name: "Known \u202eclient" });
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const uid = /\/connect\/([^/?]+)$/.exec(await follow(browser, authorizeUrl(client)))?.[1] ?? "";
    const { readPendingRequest } = await import("@portico/auth");
    expect(await readPendingRequest(gateway.deps, uid)).toMatchObject({
      clientName: "Known client",
      clientHost: new URL(client.id).host,
      isLocalRedirect: true,
    });
  });
  it("is announced", async () => {
    const { body } = await inject(gateway.app, { url: "/.well-known/oauth-authorization-server" });
    expect(body).toMatchObject({ client_id_metadata_document_supported: true });
  });
  it("stays signed in while its site is down, and not when its document is gone", async () => {
    const client = publishDocument();
    const tokens = await connect(client);
    // Another process has read nothing yet.
    const another = await gateway.openAnother({ fetchDocument });
    web.set(client.id, new Error("down"));
    const refreshed = await token(another, refreshForm(client, tokens.refresh));
    expect(refreshed.status).toBe(200);
    web.set(client.id, page("", {}, 503));
    const third = await gateway.openAnother({ fetchDocument });
    const again = await token(third, refreshForm(client, refreshed.refresh));
    expect(again.status).toBe(200);
    web.set(client.id, page("", {}, 404));
    const fourth = await gateway.openAnother({ fetchDocument });
    expect(await token(fourth, refreshForm(client, again.refresh))).toMatchObject({
      status: 400,
      error: "invalid_client",
    });
  });
  it("OA-28: can go back only to where its document says, and a wrong document is not kept", async () => {
    const client = publishDocument({}, { "cache-control": "max-age=1" });
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    expect(await follow(browser, authorizeUrl(client))).toContain("/connect/");
    const { registration: _r, ...moved } = client;
    web.set(client.id, page({ client_id: client.id, client_name: "x", redirect_uris: ["https://evil.example/cb"] }));
    const evil = authorizeUrl({ ...moved, registration: {} }, { redirect_uri: "https://evil.example/cb" });
    expect(await follow(browser, evil)).toContain("/connect/error?reason=invalid_redirect_uri");
    const wrong = publishDocument({ redirect_uris: ["javascript:alert(1)"] });
    expect(await follow(browser, authorizeUrl(wrong))).toContain("/connect/error?reason=invalid_client");
    web.set(wrong.id, page({ client_id: wrong.id, client_name: "mended", redirect_uris: [redirectUri] }));
    expect(await follow(browser, authorizeUrl(wrong))).not.toContain("/connect/error");
  });
  it("is read for one network sixty times an hour", async () => {
    const alone = await startTestGateway({ fetchDocument, trustedProxies: ["127.0.0.1"] });
    try {
      const ask = (ip: string) => {
        const { id } = publishDocument();
        const browser = createBrowser(alone.app, { "x-forwarded-for": ip });
        return follow(browser, authorizeUrl(clientOf(id)));
      };
      for (let i = 0; i < 60; i++) await ask("203.0.113.7");
      expect(fetched).toHaveLength(60);
      expect(await ask("203.0.113.7")).toContain("reason=invalid_client");
      expect(fetched).toHaveLength(60);
      await ask("203.0.113.8");
      expect(fetched).toHaveLength(61);
    } finally {
      await alone.close();
    }
  });
});

describe("OA-27: no client is", () => {
  const refused = async (id: string) => {
    const browser = createBrowser(gateway.app);
    return follow(browser, authorizeUrl(clientOf(id)));
  };
  it.each([
    "http://client.example/c.json",
    "https://client.example",
    "https://client.example/",
    "https://client.example/c.json#x",
    "https://user@client.example/c.json",
    "https://client.example/a/../c.json",
    "https://client.example/%2e%2e/c.json",
    "https://client.example/c .json",
  ])("%s, whose address is none", async (id) => {
    web.set(id, page({ client_id: id, client_name: "x", redirect_uris: [redirectUri] }));
    expect(await refused(id)).toContain("/connect/error?reason=invalid_client");
    expect(fetched).toEqual([]);
  });
  it.each<[string, (id: string) => FetchedDocument | Error]>([
    [
      "another's document",
      () => page({ client_id: "https://other.example/c", client_name: "x", redirect_uris: [redirectUri] }),
    ],
    ["no JSON", () => page("<html>")],
    ["a list", () => page([])],
    ["a redirect", () => page("", { location: "https://other.example/c.json" }, 301)],
    ["gone", () => page("", {}, 404)],
    ["out of reach", () => new Error("timeout")],
    ["without a name", (id) => page({ client_id: id, redirect_uris: [redirectUri] })],
    ["without an address to go back to", (id) => page({ client_id: id, client_name: "x" })],
    [
      "with a shared secret",
      (id) =>
        page({
          client_id: id,
          client_name: "x",
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: "client_secret_basic",
        }),
    ],
    [
      "with its secret in it",
      (id) => page({ client_id: id, client_name: "x", redirect_uris: [redirectUri], client_secret: "s" }),
    ],
    [
      "with a private key in it",
      (id) =>
        page({
          client_id: id,
          client_name: "x",
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: "private_key_jwt",
          jwks: { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] },
        }),
    ],
  ])("%s", async (_name, answer) => {
    const id = `https://wrong-${++number}.example/c.json`;
    web.set(id, answer(id));
    expect(await refused(id)).toContain("/connect/error?reason=invalid_client");
    expect(gateway.errors).toEqual([]);
  });
  it.each([
    "https://127.0.0.1/c.json",
    "https://[::1]/c.json",
    "https://[::ffff:127.0.0.1]/c.json",
    "https://localhost/c.json",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/c.json",
    "https://0x7f000001/c.json",
    "https://2130706433/c.json",
  ])("%s, which is inside", async (url) => {
    const egress = createEgress({});
    await expect(createDocumentFetch(egress)(url)).rejects.toThrow(/not allowed/);
    await egress.close();
  });
});

/** How a client makes itself known: by an address with its document, by registering, or by an id and secret that a person types. */
type Way = { document: Record<string, unknown> } | { body: Record<string, unknown> } | { typed: true };

const CODE = { grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };
const AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";
const OPENID = "/.well-known/openid-configuration";

/** What clients send, as far as it was seen; each in all its ways. protocol.md §3.3. */
const CLIENTS: {
  name: string;
  ways: Way[];
  redirects: string[];
  /** Beside the usual parameters; null leaves one out. */
  more?: Record<string, string | null>;
  /** Where it looks for the authorization server, in its order. */
  probes?: (path: string) => string[];
  /** It is a page: browsers ask before it may read an answer. */
  origin?: string;
  /** It begins anew for each call. */
  initializesAgain?: boolean;
}[] = [
  {
    name: "Claude",
    ways: [
      { body: { client_name: "Claude", ...CODE, token_endpoint_auth_method: "client_secret_post", scope: "claudeai" } },
      { document: { client_name: "Claude", ...CODE, token_endpoint_auth_method: "none" } },
      { typed: true },
    ],
    redirects: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
    more: { scope: "claudeai" },
  },
  {
    name: "Claude Code",
    ways: [
      {
        document: {
          ...{ client_name: "Claude Code", ...CODE, token_endpoint_auth_method: "none" },
          redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
        },
      },
      { body: { client_name: "Claude Code", ...CODE, token_endpoint_auth_method: "none" } },
    ],
    redirects: ["http://localhost:53682/callback", "http://127.0.0.1:49152/callback"],
  },
  {
    name: "ChatGPT",
    ways: [
      { document: { client_name: "ChatGPT", application_type: "web", ...CODE, token_endpoint_auth_method: "none" } },
      { body: { client_name: "ChatGPT", ...CODE, token_endpoint_auth_method: "none" } },
      { typed: true },
    ],
    redirects: ["https://chatgpt.com/connector_platform_oauth_redirect", "https://chatgpt.com/connector/oauth/abc123"],
    probes: (path) => [OPENID, `${OPENID}${path}`, AUTHORIZATION_SERVER],
  },
  {
    name: "Codex CLI",
    ways: [
      { body: { client_name: "Codex", token_endpoint_auth_method: "none" } },
      { document: { client_name: "Codex", token_endpoint_auth_method: "none" } },
    ],
    redirects: ["http://127.0.0.1:1455/callback", "http://127.0.0.1:40001/callback"],
  },
  {
    name: "Cursor",
    ways: [{ body: { client_name: "Cursor", ...CODE, token_endpoint_auth_method: "none" } }],
    redirects: [
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "https://www.cursor.com/agents/mcp/oauth/callback",
      "http://localhost:8787/callback",
    ],
    more: { state: null },
  },
  {
    name: "VS Code",
    ways: [
      {
        body: {
          ...{ client_name: "Visual Studio Code", client_uri: "https://code.visualstudio.com", ...CODE },
          grant_types: [...CODE.grant_types, "urn:ietf:params:oauth:grant-type:device_code"],
          ...{ token_endpoint_auth_method: "none", application_type: "native" },
        },
      },
      { document: { client_name: "Visual Studio Code", ...CODE, token_endpoint_auth_method: "none" } },
    ],
    redirects: [
      "https://insiders.vscode.dev/redirect",
      "https://vscode.dev/redirect",
      "http://127.0.0.1/",
      "http://127.0.0.1:33418/",
      "http://127.0.0.1:60123/",
    ],
    more: { scope: "openid offline_access" },
    probes: (path) => [`${AUTHORIZATION_SERVER}${path}`, AUTHORIZATION_SERVER, OPENID],
  },
  {
    name: "opencode",
    ways: [{ document: { client_name: "OpenCode" } }],
    redirects: ["http://127.0.0.1:19876/mcp/oauth/callback"],
  },
  {
    name: "Grok",
    ways: [{ document: { client_name: "Grok" } }],
    redirects: [
      "https://grok.com/connectors-oauth-exchange-code/",
      "https://console.x.ai/connectors-oauth-exchange-code/",
    ],
    initializesAgain: true,
  },
  {
    name: "Inspector",
    ways: [
      {
        body: {
          ...{ client_name: "MCP Inspector", client_uri: "https://github.com/modelcontextprotocol/inspector", ...CODE },
          ...{ token_endpoint_auth_method: "none", scope: "" },
        },
      },
    ],
    redirects: ["http://localhost:6274/oauth/callback"],
    origin: "http://localhost:6274",
  },
];

/** Registered ones: a port that is taken when they listen is another one, and counts as the one that was registered. */
const registeredOf = (redirects: string[]) => redirects.filter((uri) => !/:(40001|60123)\//.test(uri));

describe.each(CLIENTS)("$name", ({ ways, redirects, more = {}, probes, origin, initializesAgain }) => {
  const fromPage: Record<string, string> = origin ? { origin } : {};
  let app: TestGateway["app"];
  beforeAll(async () => {
    app = await gateway.openAnother({ fetchDocument, ...(origin ? { allowedOrigins: [origin] } : {}) });
  });

  async function introduce(way: Way): Promise<Client> {
    const redirect_uris = registeredOf(redirects);
    if ("document" in way) {
      const id = `https://known-${++number}.example/oauth/client.json`;
      web.set(id, page({ client_id: id, redirect_uris, ...way.document }, { "cache-control": "max-age=3600" }));
      return clientOf(id);
    }
    if ("typed" in way) {
      const input = { kind: "app" as const, name: "Typed", redirectUris: redirect_uris };
      const made = await createOAuthClient({ ctx: gateway.ctx, input });
      return { ...clientOf(made.clientId), secret: made.clientSecret ?? undefined };
    }
    const payload = { redirect_uris, ...way.body };
    const answer = await inject(app, { method: "POST", url: "/oauth/register", headers: fromPage, payload });
    expect(answer.status).toBe(201);
    if (origin) expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    const { client_id, client_secret } = answer.body as { client_id: string; client_secret?: string };
    return { ...clientOf(client_id), secret: client_secret };
  }

  it("finds the authorization server in the order that it looks", async () => {
    const unauthorized = await rpc(app, path, "initialize", {}, fromPage);
    const challenge = String(unauthorized.headers["www-authenticate"]);
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const found = await inject(app, { url: new URL(metadata).pathname, headers: fromPage });
    expect(found.body).toMatchObject({ resource: publicUrl + path, authorization_servers: [publicUrl] });
    const answers = [];
    for (const probe of probes?.(path) ?? [AUTHORIZATION_SERVER]) {
      const answer = await inject(app, { url: probe, headers: fromPage });
      answers.push(answer.status);
      if (answer.status !== 200) continue;
      expect(answer.body).toMatchObject({
        ...{ issuer: publicUrl, authorization_response_iss_parameter_supported: true },
        ...{ code_challenge_methods_supported: ["S256"], client_id_metadata_document_supported: true },
        authorization_endpoint: `${publicUrl}/oauth/authorize`,
        token_endpoint: `${publicUrl}/oauth/token`,
        registration_endpoint: `${publicUrl}/oauth/register`,
      });
      break;
    }
    expect(answers.at(-1)).toBe(200);
    for (const status of answers.slice(0, -1)) expect(status).toBe(404);
  });

  it.each(ways.map((way) => ({ by: Object.keys(way)[0], way })))(
    "by $by connects, calls, refreshes, and connects anew when it is not known any more",
    async ({ way }) => {
      const client = await introduce(way);
      let last = "";
      for (const redirect_uri of redirects) {
        const tokens = await connectAs(client, { redirect_uri, ...more });
        expect(tokens.status, redirect_uri).toBe(200);
        await works(tokens.access);
        const refreshed = await token(app, withSecret(client, refreshForm(client, tokens.refresh)), fromPage);
        expect(refreshed.status).toBe(200);
        await works(refreshed.access);
        last = refreshed.refresh;
      }
      if ("body" in way) {
        // Forgotten here, as what nobody uses is: it hears that of the token endpoint, and registers again.
        await gateway.deps.db.oidcRecord.deleteMany({ where: { model: "Client" } });
        const forgotten = await token(app, withSecret(client, refreshForm(client, last)));
        expect([forgotten.status, forgotten.error]).toEqual([401, "invalid_client"]);
      }
      const again = await connectAs(await introduce(way), { redirect_uri: redirects[0] ?? "", ...more });
      expect(again.status).toBe(200);
      await works(again.access);
    },
  );

  /** Lists and calls, in a session if it opens one. */
  async function works(access: string): Promise<void> {
    const session = initializesAgain ? undefined : await openSession(app, path, access);
    for (let turn = 0; turn < 2; turn++) {
      const id = session ?? (await openSession(app, path, access));
      const headers = { ...bearer(access), ...fromPage, "mcp-session-id": id };
      const listed = await rpc(app, path, "tools/list", {}, headers);
      expect(listed.status).toBe(200);
      if (origin) expect(listed.headers["access-control-allow-origin"]).toBe(origin);
      const called = await callTool(app, path, access, {}, "listNotes", { "mcp-session-id": id });
      expect(called.body).toMatchObject({ result: { content: [{ type: "text" }] } });
      expect(called.text).not.toContain('"isError":true');
    }
  }

  async function connectAs(client: Client, params: Record<string, string | null>) {
    const browser = createBrowser(app);
    await signIn(gateway, browser, person);
    const back = await consent(browser, client, params);
    if (params.state === null) expect(back.has("state")).toBe(false);
    expect(back.get("iss")).toBe(publicUrl);
    const form = redeemForm(client, back.get("code") ?? "").filter(([name]) => name !== "redirect_uri");
    return token(app, withSecret(client, [...form, ["redirect_uri", params.redirect_uri ?? ""]]), fromPage);
  }
});

function withSecret(client: Client, form: [string, string][]): [string, string][] {
  return client.secret ? [...form, ["client_secret", client.secret]] : form;
}

it("a client that signs with its own key proves who it is", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const id = `https://signing-${++number}.example/client.json`;
  const keys = `https://signing-${number}.example/jwks.json`;
  web.set(
    id,
    page({
      client_id: id,
      client_name: "Signing client",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks_uri: keys,
    }),
  );
  web.set(keys, page({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256", use: "sig", kid: "1" }] }));
  const client = clientOf(id);
  const browser = createBrowser(gateway.app);
  await signIn(gateway, browser, person);
  const assertion = (key: Parameters<InstanceType<typeof SignJWT>["sign"]>[0]) =>
    new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: "1" })
      .setIssuer(id)
      .setSubject(id)
      .setAudience("https://portico.example.com")
      .setJti(createHash("sha256").update(randomBytes(8)).digest("hex"))
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(key);
  const redeem = async (proof: [string, string][]) => {
    const code = (await consent(browser, client)).get("code") ?? "";
    return token(gateway.app, [...redeemForm(client, code), ...proof]);
  };
  const kind: [string, string] = ["client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"];
  expect((await redeem([])).error).toBe("invalid_client");
  const other = await generateKeyPair("ES256");
  expect((await redeem([kind, ["client_assertion", await assertion(other.privateKey)]])).error).toBe("invalid_client");
  expect((await redeem([kind, ["client_assertion", await assertion(privateKey)]])).status).toBe(200);
});
