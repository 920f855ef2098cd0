import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createEgress } from "../egress/egress.ts";
import { type DiscoveryHints, discoverAuthorizationServer } from "./discover.ts";
import { registerClient } from "./register-client.ts";

/** What the one server says, by path; a function answers by itself. */
let pages: Record<string, unknown> = {};
let asked: { method: string; url: string; body: string }[] = [];
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const { method = "", url = "" } = request;
  asked.push({ method, url, body });
  const page = pages[url];
  if (typeof page === "function") return page(response);
  if (page === undefined) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
});
let at: string;
const egress = createEgress({ allow: ["127.0.0.0/8"] });
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await egress.close();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  [pages, asked] = [{}, []];
});

const metadata = (more: object = {}) => ({
  issuer: at,
  authorization_endpoint: `${at}/authorize`,
  token_endpoint: `${at}/token`,
  ...more,
});
const discover = (hints: Partial<DiscoveryHints>) => discoverAuthorizationServer(egress, { resources: [], ...hints });
const found = (more: object = {}) => ({
  ok: true,
  metadata: expect.objectContaining({ authorizationUrl: `${at}/authorize`, tokenUrl: `${at}/token`, ...more }),
});
const nothing = { ok: false, problem: expect.stringContaining("Nothing was found") };

describe("an authorization server", () => {
  it("is found where RFC 8414 and OpenID Connect have it, with and without a path", async () => {
    for (const [issuer, path] of [
      ["", "/.well-known/oauth-authorization-server"],
      ["", "/.well-known/openid-configuration"],
      ["/tenant", "/.well-known/oauth-authorization-server/tenant"],
      ["/tenant", "/tenant/.well-known/openid-configuration"],
      ["/tenant", "/.well-known/openid-configuration/tenant"],
      // Issuers with a slash at the end are typed without it.
      ["/", "/.well-known/openid-configuration"],
    ] as const) {
      pages = { [path]: metadata({ issuer: at + issuer }) };
      expect(await discover({ issuer: (at + issuer).replace(/\/$/, "") })).toEqual(found({ issuer: at + issuer }));
    }
  });

  it("is found by the document's OpenID Connect address, by what the API says of itself, and at its origin", async () => {
    pages = { "/.well-known/openid-configuration": metadata() };
    expect(await discover({ openIdConnectUrl: `${at}/.well-known/openid-configuration` })).toEqual(found());
    pages = {
      "/.well-known/oauth-protected-resource/v1": { resource: `${at}/v1`, authorization_servers: [`${at}/tenant`] },
      "/.well-known/oauth-authorization-server/tenant": metadata({ issuer: `${at}/tenant` }),
    };
    expect(await discover({ resources: [`${at}/v1`] })).toEqual(found({ issuer: `${at}/tenant` }));
    pages = { "/.well-known/oauth-authorization-server": metadata() };
    expect(await discover({ resources: [`${at}/v1`] })).toEqual(found());
    expect(await discover({ authorizationUrl: `${at}/oauth/authorize?x=y` })).toEqual(found());
  });

  it("OA-34: that calls itself by another name than it was asked under is none", async () => {
    const evil = "https://login.example.com";
    pages = { "/.well-known/oauth-authorization-server": metadata({ issuer: evil }) };
    expect(await discover({ issuer: at })).toEqual(nothing);
    // The document's address names another, which is asked itself.
    pages = { "/oidc": metadata({ issuer: `${at}/other` }) };
    expect(await discover({ openIdConnectUrl: `${at}/oidc` })).toEqual(nothing);
    // A resource speaks for itself only.
    pages = {
      "/.well-known/oauth-protected-resource": { resource: "https://bank.example.com", authorization_servers: [at] },
      "/.well-known/oauth-protected-resource/v1": { resource: `${at}/v2`, authorization_servers: [`${at}/t`] },
      "/.well-known/oauth-authorization-server/t": metadata({ issuer: `${at}/t` }),
    };
    expect(await discover({ resources: [`${at}/v1`] })).toEqual(nothing);
    for (const issuer of [`${at}?x`, `${at}#x`, "not an address", "http://login.example.com"]) {
      asked = [];
      expect(await discover({ issuer })).toEqual(nothing);
      expect(asked).toEqual([]);
    }
  });

  it.each<[string, object]>([
    ["has no address for tokens", { token_endpoint: undefined }],
    ["has one that is not encrypted", { token_endpoint: "http://api.example.com/token" }],
    ["has one with a password in it", { token_endpoint: "https://a:b@api.example.com/token" }],
    ["has one that runs as a page", { authorization_endpoint: "javascript:alert(1)" }],
    ["says that it has no S256", { code_challenge_methods_supported: ["plain"] }],
  ])("that %s is none", async (_what, more) => {
    pages = { "/.well-known/oauth-authorization-server": metadata(more) };
    expect(await discover({ issuer: at })).toEqual(nothing);
  });

  it("SS-01: is asked through the guard, without redirects, and up to a size", async () => {
    const closed = createEgress();
    pages = { "/.well-known/oauth-authorization-server": metadata() };
    expect(await discoverAuthorizationServer(closed, { resources: [], issuer: at })).toEqual(nothing);
    expect(asked).toEqual([]);
    await closed.close();
    pages = {
      "/.well-known/oauth-authorization-server": (response: http.ServerResponse) =>
        response.writeHead(302, { location: "/moved" }).end(),
      "/moved": metadata(),
    };
    expect(await discover({ issuer: at })).toEqual(nothing);
    expect(asked.map(({ url }) => url)).not.toContain("/moved");
    pages = { "/.well-known/oauth-authorization-server": metadata({ padding: "x".repeat(300_000) }) };
    expect(await discover({ issuer: at })).toEqual(nothing);
    asked = [];
    pages = {};
    await discover({ resources: Array.from({ length: 50 }, (_, i) => `${at}/${i}`) });
    expect(asked.length).toBeLessThanOrEqual(16);
  });

  it("says whether it names itself, takes registrations, and which scopes it has", async () => {
    pages = {
      "/.well-known/oauth-authorization-server": metadata({
        registration_endpoint: `${at}/register`,
        authorization_response_iss_parameter_supported: true,
        scopes_supported: ["read", 7, "write"],
        token_endpoint_auth_methods_supported: ["client_secret_post"],
      }),
    };
    expect(await discover({ issuer: at })).toEqual(
      found({
        registrationUrl: `${at}/register`,
        namesItself: true,
        scopes: ["read", "write"],
        authMethods: ["client_secret_post"],
      }),
    );
  });
});

describe("a registration", () => {
  const register = (authMethods = ["client_secret_basic"], registrationUrl = `${at}/register`) =>
    registerClient(
      egress,
      { authMethods, registrationUrl },
      { name: "Portico", redirectUri: "https://portico.example.com/cb", scopes: ["read"] },
    );

  it("says who we are, and takes what it is given", async () => {
    pages = {
      "/register": { client_id: "c1", client_secret: "s1", token_endpoint_auth_method: "client_secret_post" },
    };
    expect(await register()).toEqual({ ok: true, clientId: "c1", clientSecret: "s1", sendIn: "form" });
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      client_name: "Portico",
      redirect_uris: ["https://portico.example.com/cb"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      scope: "read",
    });
    pages = { "/register": { client_id: "c2" } };
    expect(await register(["none"])).toEqual({ ok: true, clientId: "c2", sendIn: "header" });
  });

  it.each<[string, unknown, RegExp]>([
    ["no id", { client_secret: "s" }, /registered no client/],
    ["another way of proving", { client_id: "c", token_endpoint_auth_method: "private_key_jwt" }, /does not have/],
    ["no secret where one is needed", { client_id: "c" }, /does not have/],
    [
      "a refusal",
      (response: http.ServerResponse) =>
        response.writeHead(400).end('{"error":"invalid_redirect_uri","error_description":"not that one"}'),
      /400, invalid_redirect_uri: not that one/,
    ],
    ["no JSON", (response: http.ServerResponse) => response.writeHead(201).end("<html>"), /registered no client/],
    [
      "a way elsewhere",
      (response: http.ServerResponse) => response.writeHead(307, { location: "/other" }).end(),
      /registered no client \(307\)/,
    ],
  ])("with %s is none, and says so", async (_what, page, problem) => {
    pages = { "/register": page };
    expect(await register()).toEqual({ ok: false, problem: expect.stringMatching(problem) });
    expect(asked).toHaveLength(1);
  });

  it("is none where nobody takes any", async () => {
    expect(await registerClient(egress, { authMethods: [] }, { name: "", redirectUri: "", scopes: [] })).toMatchObject({
      ok: false,
    });
  });
});
