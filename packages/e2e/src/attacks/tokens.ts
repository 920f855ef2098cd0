import { createHmac, createPublicKey, randomUUID } from "node:crypto";
import { readSigningKeys } from "@portico/auth/testing";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { Client as PgClient } from "pg";
import { expect, it } from "vitest";
import { authorizeUrl, Browser, type OAuthClient, refresh, register, type Tokens } from "../oauth-client.ts";
import { apiKey } from "../portico.ts";
import { callTool, rpc, statusAt } from "./mcp.ts";
import { CANARY, everywhere, type Heard, newNetwork, type Range, thingsDocument } from "./range.ts";

const now = () => Math.floor(Date.now() / 1_000);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** security.md §2.2: what opens a server, and what does not. */
export function tokenAttacks(range: () => Range): void {
  let connected: Promise<{ client: OAuthClient; tokens: Tokens }> | undefined;
  /** Alice at alpha, connected once. */
  const victim = () => (connected ??= range().connect(range().a.alice, range().a.alpha.mcpUrl));
  const alpha = () => range().a.alpha.mcpUrl;

  /** A token like hers, signed with the key that signs hers. */
  async function forge(
    change: (claims: Record<string, unknown>, header: Record<string, unknown>) => void,
    key?: CryptoKey,
  ) {
    const { tokens } = await victim();
    const [head = "", body = ""] = tokens.access_token.split(".");
    const header = JSON.parse(Buffer.from(head, "base64url").toString());
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    change(claims, header);
    const { db, vault } = range().deps;
    const [jwk] = await readSigningKeys(db, vault);
    return new SignJWT(claims).setProtectedHeader(header).sign(key ?? ((await importJWK(jwk as JWK)) as CryptoKey));
  }

  it("TK-01: no token gets the way to one, and not a name of a tool", async () => {
    for (const method of ["initialize", "tools/list", "tools/call", "server/discover"]) {
      const answer = await rpc(range(), alpha(), undefined, method, { name: "listThings" });
      const challenge = answer.headers.get("www-authenticate") ?? "";
      expect(answer.status).toBe(401);
      expect(challenge).toMatch(/^Bearer resource_metadata="[^"]+", scope="tools"$/);
      expect(answer.text).not.toContain("Things");
    }
  });

  it.each([
    ["nothing", "Bearer"],
    ["a word", "Bearer x"],
    ["a password", `Basic ${Buffer.from("ada@example.com:x").toString("base64")}`],
    ["a token without a scheme", "eyJhbGciOiJub25lIn0.e30."],
  ])("TK-02: %s for a token", async (_what, authorization) => {
    const answer = await rpc(range(), alpha(), undefined, "tools/list", {}, { authorization });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
  });
  it("TK-02: a second header beside a valid one; the scheme in small letters is as good", async () => {
    const { tokens } = await victim();
    const twice = `Bearer ${tokens.access_token}, Bearer ${tokens.access_token}`;
    expect((await rpc(range(), alpha(), undefined, "tools/list", {}, { authorization: twice })).status).toBe(401);
    const small = { authorization: `bearer ${tokens.access_token}` };
    expect((await rpc(range(), alpha(), undefined, "tools/list", {}, small)).status).toBe(200);
  });

  it("TK-03: a token in the address or the body", async () => {
    const { tokens } = await victim();
    expect(await statusAt(range(), `${alpha()}?access_token=${tokens.access_token}`, undefined)).toBe(401);
    expect((await rpc(range(), alpha(), undefined, "tools/list", { access_token: tokens.access_token })).status).toBe(
      401,
    );
  });

  it.each<[string, number, (claims: Record<string, unknown>) => void]>([
    ["that has expired", 401, (claims) => Object.assign(claims, { iat: now() - 4_000, exp: now() - 60 })],
    ["that is not valid yet", 401, (claims) => Object.assign(claims, { nbf: now() + 120 })],
    ["from another hour", 401, (claims) => Object.assign(claims, { iat: now() + 3_600, exp: now() + 7_200 })],
    ["without an end", 401, (claims) => delete claims.exp],
    ["of a clock that is 20 s ahead", 200, (claims) => Object.assign(claims, { iat: now() + 20, nbf: now() + 20 })],
  ])("TK-04: a token %s", async (_what, status, change) => {
    expect(await statusAt(range(), alpha(), await forge(change))).toBe(status);
  });

  it("TK-05: a token for another server of the organization", async () => {
    const { tokens } = await range().connect(range().a.alice, range().a.alpha2.mcpUrl);
    expect(await statusAt(range(), alpha(), tokens.access_token)).toBe(401);
    expect(await statusAt(range(), range().a.alpha2.mcpUrl, tokens.access_token)).toBe(200);
  });

  it("TK-06: a token for another organization's server, either way", async () => {
    const { a, b } = range();
    const bob = await range().connect(b.bob, b.beta.mcpUrl);
    expect(await statusAt(range(), alpha(), bob.tokens.access_token)).toBe(401);
    expect(await statusAt(range(), b.beta.mcpUrl, (await victim()).tokens.access_token)).toBe(401);
    expect([await statusAt(range(), alpha(), b.key), await statusAt(range(), b.beta.mcpUrl, a.key)]).toEqual([
      401, 401,
    ]);
  });

  it.each<[string, (url: string) => unknown]>([
    ["with a slash at the end", (url) => `${url}/`],
    ["in capitals", (url) => url.toUpperCase()],
    ["at another port", (url) => url.replace(/:\d+\//, ":1/")],
    ["over https", (url) => url.replace("http:", "https:")],
    ["that begins like it", (url) => `${url}2`],
    ["above it", (url) => url.replace(/\/alpha$/, "")],
    ["of all servers", (url) => new URL(url).origin],
    ["of the dashboard", (url) => `${new URL(url).origin}/api/v1`],
    ["of two servers", (url) => [url, `${url}2`]],
    ["in a list", (url) => [url]],
    ["of nobody", () => undefined],
    ["with a query", (url) => `${url}?`],
    ["with a fragment", (url) => `${url}#x`],
  ])("TK-07: an audience %s", async (_what, audience) => {
    const token = await forge((claims) => Object.assign(claims, { aud: audience(String(claims.aud)) }));
    expect(await statusAt(range(), alpha(), token)).toBe(401);
  });

  it("TK-08: a client that names no server gets no token where there are several", async () => {
    const client = await register(alpha(), { "x-forwarded-for": newNetwork() });
    const answer = await new Browser().follow(authorizeUrl(client, { resource: undefined }), client.origin);
    expect("location" in answer && new URL(answer.location).searchParams.get("error")).toBe("invalid_target");
  });

  it.each<[string, () => Promise<string>]>([
    [
      "without a signature",
      async () => {
        const { tokens } = await victim();
        const [, body] = tokens.access_token.split(".");
        return `${base64url({ alg: "none", typ: "at+jwt" })}.${body}.`;
      },
    ],
    [
      "signed with the public key as a password",
      async () => {
        const { tokens } = await victim();
        const [, body] = tokens.access_token.split(".");
        const { keys } = JSON.parse((await range().fetch("/oauth/jwks")).text) as { keys: JWK[] };
        const text = `${base64url({ alg: "HS256", typ: "at+jwt", kid: keys[0]?.kid })}.${body}`;
        const pem = createPublicKey({ key: keys[0] as never, format: "jwk" }).export({ type: "spki", format: "pem" });
        return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
      },
    ],
    [
      "of another key with the same name",
      async () => forge(() => {}, (await generateKeyPair("ES256")).privateKey as CryptoKey),
    ],
    ["of a key in a file", async () => forge((_claims, header) => Object.assign(header, { kid: "../../dev/null" }))],
    [
      "that brings its key",
      async () => {
        const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
        const jwk = await exportJWK(publicKey);
        return forge((_claims, header) => Object.assign(header, { jwk, kid: undefined }), privateKey as CryptoKey);
      },
    ],
    [
      "that says where its key is",
      async () =>
        forge(
          (_claims, header) =>
            Object.assign(header, { jku: `${range().upstream.url}/jwks`, x5u: `${range().upstream.url}/x5u` }),
          (await generateKeyPair("ES256")).privateKey as CryptoKey,
        ),
    ],
    [
      "with a demand that nobody knows",
      async () => {
        const { tokens } = await victim();
        const [head = "", body, signature] = tokens.access_token.split(".");
        const header = JSON.parse(Buffer.from(head, "base64url").toString());
        return `${base64url({ ...header, crit: ["exp2"], exp2: 1 })}.${body}.${signature}`;
      },
    ],
  ])("TK-09: a token %s", async (_what, make) => {
    const before = range().upstream.requests.length;
    expect(await statusAt(range(), alpha(), await make())).toBe(401);
    expect(range().upstream.requests.length).toBe(before);
  });

  it("TK-10: what is a secret somewhere else is no token here", async () => {
    const { client, tokens } = await victim();
    const { alice } = range().a;
    const cookies = alice.browser.cookie("/oauth/").split("; ");
    const secrets: Record<string, string> = {
      "a refresh token": tokens.refresh_token,
      "a client id": client.clientId,
      "an id token": await forge((_claims, header) => Object.assign(header, { typ: "JWT" })),
      "a token without a type": await forge((_claims, header) => delete header.typ),
      ...Object.fromEntries(cookies.map((pair) => [pair.split("=")[0], decodeURIComponent(pair.split("=")[1] ?? "")])),
    };
    expect(cookies.length).toBeGreaterThan(0);
    for (const [what, secret] of Object.entries(secrets))
      expect([what, await statusAt(range(), alpha(), secret)]).toEqual([what, 401]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["person", { sub: "usr_bob" }],
    ["client", { client_id: randomUUID() }],
    ["issuer", { iss: "https://portico.example.com" }],
    ["scope", { scope: "openid" }],
  ])("TK-11: another %s written into a token", async (_what, claims) => {
    const { tokens } = await victim();
    const [head, body = "", signature] = tokens.access_token.split(".");
    const changed = { ...JSON.parse(Buffer.from(body, "base64url").toString()), ...claims };
    expect(await statusAt(range(), alpha(), `${head}.${base64url(changed)}.${signature}`)).toBe(401);
    expect(await statusAt(range(), alpha(), await forge((own) => Object.assign(own, claims)))).toBe(401);
  });

  it("TK-14: the token of a client never reaches an API, whatever its document asks for", async () => {
    const { a, upstream } = range();
    const { tokens } = await victim();
    const schemes = [
      { type: "http", scheme: "bearer" },
      { type: "http", scheme: "basic" },
      { type: "oauth2", flows: { clientCredentials: { tokenUrl: `${upstream.url}/token`, scopes: {} } } },
      { type: "oauth2", flows: { implicit: { authorizationUrl: `${upstream.url}/a`, scopes: {} } } },
      { type: "openIdConnect", openIdConnectUrl: `${upstream.url}/.well-known/openid-configuration` },
      { type: "apiKey", in: "header", name: "Authorization" },
      { type: "apiKey", in: "header", name: "X-Key" },
      { type: "apiKey", in: "query", name: "access_token" },
      { type: "apiKey", in: "cookie", name: "token" },
    ];
    const parameters = ["header", "query", "cookie"].map((where) => ({
      name: where === "header" ? "Authorization" : "authorization",
      in: where,
      schema: { type: "string" },
    }));
    const before = upstream.requests.length;
    for (const [index, scheme] of [...schemes, ...parameters].entries()) {
      const isParameter = "schema" in scheme;
      const document = JSON.parse(thingsDocument(upstream.url, "passthrough"));
      document.components.securitySchemes.key = isParameter ? schemes[0] : scheme;
      if (isParameter) document.paths["/things"].get.parameters = [scheme];
      const answer = await range().fetch("/api/v1/publish", {
        method: "POST",
        headers: { authorization: `Bearer ${a.key}`, "content-type": "application/json" },
        body: JSON.stringify({
          source: { content: JSON.stringify(document) },
          slug: `pass-${index}`,
          select: "all",
        }),
      });
      expect(answer.status).toBe(200);
      const url = `${range().url}/mcp/${a.slug}/pass-${index}`;
      const personal = await range().connect(a.alice, url);
      await callTool(range(), url, personal.tokens.access_token, "listThings");
      const seen = JSON.stringify(upstream.requests.slice(before));
      expect(seen).not.toContain(personal.tokens.access_token);
      expect(seen).not.toContain(tokens.access_token);
    }
    expect(upstream.requests.length).toBeGreaterThan(before);
  });

  it("TK-16: a key opens no other organization's dashboard, and a client's token opens none", async () => {
    const { tokens } = await victim();
    for (const path of ["/api/v1/servers", "/api/v1/members", "/api/v1/api-keys", "/api/v1/audit-events"]) {
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      expect((await range().fetch(path, { headers })).status).toBe(401);
    }
    const unknown = { authorization: `Bearer ${apiKey.slice(0, -1)}` };
    expect((await range().fetch("/api/v1/servers", { headers: unknown })).status).toBe(401);
  });

  it("TK-17: tokens that begin alike, with one id, are those of two people", async () => {
    const { a, db } = range();
    const jti = randomUUID();
    await range().connect(a.amy, alpha());
    const { client } = await victim();
    const amysClient = await db.connection.findFirstOrThrow({ where: { userId: a.amy.id, serverId: a.alpha.id } });
    const alices = await forge((claims) => Object.assign(claims, { jti, client_id: client.clientId }));
    const amys = await forge((claims) => Object.assign(claims, { jti, client_id: amysClient.clientId, sub: a.amy.id }));
    expect(amys.slice(0, 100)).toBe(alices.slice(0, 100));
    await Promise.all([
      callTool(range(), alpha(), alices, "listThings", { tag: "jti" }),
      callTool(range(), alpha(), amys, "getThing", { id: "jti" }),
    ]);
    const calls = () => db.usageEvent.findMany({ where: { kind: "call", serverId: a.alpha.id } });
    const who = async (tool: string) =>
      new Set((await calls()).filter((call) => call.tool === tool).map(({ subject }) => subject));
    await expect.poll(() => who("getThing"), { timeout: 15_000 }).toEqual(new Set([a.amy.id]));
    await expect.poll(() => who("listThings"), { timeout: 15_000 }).toEqual(new Set([a.alice.id]));
  });

  it.each([
    [
      "away",
      `ALTER TABLE "SigningKey" RENAME TO "SigningKeyAway"`,
      `ALTER TABLE "SigningKeyAway" RENAME TO "SigningKey"`,
    ],
    [
      "damaged",
      `CREATE TABLE "SigningKeyKept" AS TABLE "SigningKey"; UPDATE "SigningKey" SET "publicJwk" = '{"kty":"x"}', "sealed" = 'x'`,
      `UPDATE "SigningKey" s SET "publicJwk" = k."publicJwk", "sealed" = k."sealed" FROM "SigningKeyKept" k WHERE s."kid" = k."kid";
       DROP TABLE "SigningKeyKept"`,
    ],
  ])(
    "TK-18: while the signing keys are %s, neither gateway lets a bad token in, and afterwards nobody has to sign in again",
    async (_how, breakThem, mendThem) => {
      const { client, tokens } = await range().connect(range().a.amy, alpha());
      const forget = () => range().deps.state.publish("signing-keys-changed", "");
      const fresh = () => forge((claims) => Object.assign(claims, { jti: randomUUID() }));
      const { privateKey } = await generateKeyPair("ES256");
      const bad = [
        undefined,
        "",
        "e30.e30.e30",
        `ptk_${"0".repeat(26)}`,
        `${tokens.access_token.slice(0, -4)}AAAA`,
        `${base64url({ alg: "none", typ: "at+jwt" })}.${tokens.access_token.split(".")[1]}.`,
        await forge(() => {}, privateKey),
        await forge((_claims, header) => Object.assign(header, { kid: randomUUID() }), privateKey),
        await forge((claims) => Object.assign(claims, { exp: now() - 600, iat: now() - 1_200 })),
        await forge((claims) => Object.assign(claims, { aud: range().b.beta.mcpUrl })),
      ];
      const good = await Promise.all(Array.from({ length: 12 }, fresh));
      const gateways = range().portico.pidsOf("gateway");
      const postgres = new PgClient({ connectionString: range().databaseUrl });
      await postgres.connect();
      const seen = { good: new Set<number>(), bad: new Set<number>(), told: 0 };
      const refreshed: number[] = [];
      try {
        await postgres.query(breakThem);
        await forget();
        // Both gateways hear of it, and have no key in memory: each of the two has to ask for what is not there.
        for (const token of good) {
          seen.good.add((await rpc(range(), alpha(), token)).status);
          for (const wrong of bad)
            for (let gateway = 0; gateway < 2; gateway++) {
              const { status, text } = await rpc(range(), alpha(), wrong);
              seen.bad.add(status);
              if (text.includes(CANARY)) seen.told++;
            }
        }
        for (let gateway = 0; gateway < 2; gateway++)
          refreshed.push((await refresh(client, tokens.refresh_token)).status);
      } finally {
        await postgres.query(mendThem);
        await postgres.end();
        await forget();
      }
      expect(seen.told).toBe(0);
      expect([...seen.bad].filter((status) => ![401, 503].includes(status))).toEqual([]);
      expect([...seen.good].filter((status) => ![200, 401, 503].includes(status))).toEqual([]);
      // A table that is gone is no outage but a mistake of ours, which the authorization server tells as one: 500.
      expect(refreshed.filter((status) => ![200, 500, 503].includes(status))).toEqual([]);
      // Neither has died of it, and what was good is good again, the refresh token too.
      expect(range().portico.pidsOf("gateway")).toEqual(gateways);
      await everywhere(async () => (await statusAt(range(), alpha(), await fresh())) === 200, 10_000);
      for (const wrong of bad) expect(await statusAt(range(), alpha(), wrong)).toBe(401);
      expect((await refresh(client, tokens.refresh_token)).status).toBe(200);
    },
  );

  it.each([
    "/mcp/acme/alpha/",
    "/mcp//acme/alpha",
    "/mcp/acme//alpha",
    "//mcp/acme/alpha",
    "/mcp/acme/alpha;x",
    "/mcp;x/acme/alpha",
    "/MCP/acme/alpha",
    "/mcp/ACME/alpha",
    "/mcp/acme/ALPHA",
    "/mcp/acme/%61lpha",
    "/mcp/%61cme/alpha",
    "/mcp/acme/alpha%00",
    "/mcp/acme/alpha%2f",
    "/mcp/acme%2falpha",
    "/mcp/acme/alpha/..",
    "/mcp/acme/alpha/../alpha",
    "/mcp/acme/%2e/alpha",
    "/mcp/acme/./alpha",
    "/mcp/acme/alpha.json",
    "/mcp/alpha",
    "/mcp/acme",
    "/mcp",
    "/mcp/acme/alpha/tools",
    "/mcp/acme/alpha/read",
    "/mcp/acme/alpha/read/",
    "/mcp/acme/alpha/READ",
    "/mcp/acme/alpha/%72ead",
    "/mcp/acme/alpha?server=beta",
    "/mcp/globex/alpha",
    "/mcp/acme/beta",
  ])("TK-19: %s opens nothing more than the address itself", async (path) => {
    const { tokens } = await victim();
    const anonymous = await statusAt(range(), range().url + path, undefined);
    expect([401, 404, 400, 405, 307, 308]).toContain(anonymous);
    const bobs = await statusAt(range(), range().url + path, range().b.key);
    expect([401, 404, 400, 405, 307, 308]).toContain(bobs);
    const own = await rpc(range(), range().url + path, tokens.access_token);
    expect([200, 401, 404, 400, 405, 307, 308]).toContain(own.status);
    if (own.status !== 200) return;
    const names = ({ text }: Heard) =>
      (JSON.parse(text) as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
    const all = names(await rpc(range(), alpha(), tokens.access_token));
    expect(names(own).filter((name) => !all.includes(name))).toEqual([]);
  });
  it.each(["HEAD", "PUT", "PATCH", "OPTIONS"])("TK-19: %s opens nothing", async (method) => {
    const answer = await range().fetch(alpha().replace(range().url, ""), { method });
    expect([401, 404, 405, 204]).toContain(answer.status);
    expect(answer.text).not.toContain("Things");
  });
}
