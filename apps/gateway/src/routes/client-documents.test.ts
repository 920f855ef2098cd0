import { createHash, randomBytes } from "node:crypto";
import type { FetchDocument, FetchedDocument } from "@portico/auth";
import { createEgress } from "@portico/upstream";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDocumentFetch } from "../document-fetch.ts";
import { bearer, inject, rpc, startTestGateway, type TestGateway } from "../testing.ts";
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

/** What clients send, as far as it was seen; each by its own way of registering. */
const CLIENTS: {
  name: string;
  document?: Record<string, unknown>;
  body?: Record<string, unknown>;
  redirects: string[];
  more?: Record<string, string>;
}[] = [
  {
    name: "Claude",
    body: {
      client_name: "Claude",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
      scope: "claudeai",
      redirect_uris: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
    },
    redirects: ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
    more: { scope: "claudeai" },
  },
  {
    name: "Claude Code",
    document: {
      client_name: "Claude Code",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
    },
    redirects: ["http://127.0.0.1:49152/callback", "http://localhost:53682/callback"],
  },
  {
    name: "ChatGPT",
    document: {
      client_name: "ChatGPT",
      application_type: "web",
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
      redirect_uris: [
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "https://chatgpt.com/connector/oauth/abc123",
      ],
    },
    redirects: ["https://chatgpt.com/connector_platform_oauth_redirect", "https://chatgpt.com/connector/oauth/abc123"],
  },
  {
    name: "Codex CLI",
    body: {
      client_name: "Codex",
      redirect_uris: ["http://127.0.0.1:1455/callback"],
      token_endpoint_auth_method: "none",
    },
    redirects: ["http://127.0.0.1:1455/callback", "http://127.0.0.1:40001/callback"],
  },
  {
    name: "Cursor",
    body: {
      client_name: "Cursor",
      redirect_uris: [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
      ],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    },
    redirects: ["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback"],
    more: { state: "" },
  },
  {
    name: "VS Code",
    body: {
      client_name: "Visual Studio Code",
      client_uri: "https://code.visualstudio.com",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      redirect_uris: [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
      ],
      token_endpoint_auth_method: "none",
      application_type: "native",
    },
    redirects: ["https://vscode.dev/redirect", "http://127.0.0.1:33418/", "http://127.0.0.1:60123/"],
    more: { scope: "openid offline_access" },
  },
  {
    name: "opencode",
    document: { client_name: "OpenCode", redirect_uris: ["http://127.0.0.1:19876/mcp/oauth/callback"] },
    redirects: ["http://127.0.0.1:19876/mcp/oauth/callback"],
  },
  {
    name: "Grok",
    document: {
      client_name: "Grok",
      redirect_uris: [
        "https://grok.com/connectors-oauth-exchange-code/",
        "https://console.x.ai/connectors-oauth-exchange-code/",
      ],
    },
    redirects: ["https://grok.com/connectors-oauth-exchange-code/"],
  },
  {
    name: "Inspector",
    body: {
      client_name: "MCP Inspector",
      client_uri: "https://github.com/modelcontextprotocol/inspector",
      redirect_uris: ["http://localhost:6274/oauth/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      scope: "",
    },
    redirects: ["http://localhost:6274/oauth/callback"],
  },
];

describe.each(CLIENTS)("$name", ({ document, body, redirects, more }) => {
  async function introduce(): Promise<Client> {
    if (document) {
      const id = `https://known-${++number}.example/oauth/client.json`;
      web.set(id, page({ client_id: id, ...document }, { "cache-control": "max-age=3600" }));
      return clientOf(id);
    }
    const answer = await inject(gateway.app, { method: "POST", url: "/oauth/register", payload: body ?? {} });
    expect(answer.status).toBe(201);
    const { client_id, client_secret } = answer.body as { client_id: string; client_secret?: string };
    return { ...clientOf(client_id), secret: client_secret };
  }

  it("finds its way, connects, calls, refreshes, and connects anew", async () => {
    const unauthorized = await rpc(gateway.app, path, "initialize");
    const challenge = String(unauthorized.headers["www-authenticate"]);
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const { body: resource } = await inject(gateway.app, { url: new URL(metadata).pathname });
    expect(resource).toMatchObject({ resource: `https://portico.example.com${path}` });

    const client = await introduce();
    for (const redirect_uri of redirects) {
      const tokens = await connectAs(client, { redirect_uri, ...more });
      expect(tokens.status, redirect_uri).toBe(200);
      expect((await rpc(gateway.app, path, "tools/list", {}, bearer(tokens.access))).status).toBe(200);
      const refreshed = await token(gateway.app, withSecret(client, refreshForm(client, tokens.refresh)));
      expect(refreshed.status).toBe(200);
      expect((await rpc(gateway.app, path, "ping", {}, bearer(refreshed.access))).status).toBe(200);
    }
    const again = await introduce();
    expect((await connectAs(again, { redirect_uri: redirects[0] ?? "", ...more })).status).toBe(200);
  });

  async function connectAs(client: Client, params: Record<string, string>) {
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, person);
    const code = (await consent(browser, client, params)).get("code") ?? "";
    const form = redeemForm(client, code).filter(([name]) => name !== "redirect_uri");
    return token(gateway.app, withSecret(client, [...form, ["redirect_uri", params.redirect_uri ?? ""]]));
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
