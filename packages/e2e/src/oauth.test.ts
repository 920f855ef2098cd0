import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectClient } from "./clients.ts";
import {
  authorizeUrl,
  Browser,
  connectByOAuth,
  consent,
  redeem,
  redirectUri,
  refresh,
  register,
  signIn,
  type Tokens,
} from "./oauth-client.ts";
import { apiKey, type Portico, publish, startPortico, waitFor } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const document = {
  openapi: "3.0.3",
  info: { title: "Notes", version: "1" },
  paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
};

let portico: Portico;
let recorder: Recorder;
let mcpUrl: string;
let otherUrl: string;
beforeAll(async () => {
  [portico, recorder] = await Promise.all([startPortico(), startRecorder()]);
  const input = { source: { content: JSON.stringify(document) }, baseUrl: recorder.url, select: "all" };
  mcpUrl = (await publish(portico, { ...input, slug: "notes" })).server.mcpUrl;
  otherUrl = (await publish(portico, { ...input, slug: "other" })).server.mcpUrl;
});
afterAll(async () => {
  await Promise.all([portico?.stop(), recorder?.stop()]);
});

const call = (url: string, token: string | undefined) =>
  fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: "listNotes", arguments: {} } }),
  });

describe("a client connects", () => {
  it("finds its way from the 401, calls with the token, and the upstream never sees it", async () => {
    const { tokens } = await connectByOAuth(mcpUrl);
    const client = await connectClient("client, auto", mcpUrl, tokens.access_token);
    expect(await client.callTool("listNotes", {})).toMatchObject({ structuredContent: { ok: true } });
    await client.close();
    expect(recorder.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(recorder.requests)).not.toContain(tokens.access_token);
    await waitFor(async () => {
      const { items } = await portico.api<{ items: { who: string; clientName: string }[] }>(
        "GET",
        "/api/v1/servers/notes/calls",
      );
      return items[0]?.who === "ada@example.com" && items[0].clientName === "portico-e2e";
    }, 5_000);
  });
  it("says in its metadata what clients look for", async () => {
    const { metadata } = await register(mcpUrl);
    expect(metadata).toMatchObject({
      issuer: portico.url,
      code_challenge_methods_supported: ["S256"],
      response_types_supported: ["code"],
      authorization_response_iss_parameter_supported: true,
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
    });
    for (const path of [
      "/.well-known/openid-configuration",
      "/.well-known/oauth-authorization-server/mcp/acme/notes",
    ]) {
      expect(await (await fetch(portico.url + path)).json()).toMatchObject({ issuer: portico.url });
    }
  });
  it("sends iss and state back, and asks again for another server only", async () => {
    const { client, browser } = await connectByOAuth(mcpUrl);
    const again = await consent(browser, client, { scope: "openid weird:scope", state: "s2" });
    expect(Object.fromEntries(again)).toMatchObject({ iss: portico.url, state: "s2", code: expect.any(String) });
    const step = await browser.follow(authorizeUrl({ ...client, resource: otherUrl }), client.origin);
    expect("url" in step && step.url).toContain("/connect/");
  });
  it("refuses what is not for us", async () => {
    const client = await register(mcpUrl);
    const browser = new Browser();
    const back = async (more: Record<string, string | undefined>) => {
      const step = await browser.follow(authorizeUrl(client, more), client.origin);
      if (!("location" in step)) return decodeURIComponent(step.url);
      // The answer to a request for a token itself comes in the fragment. OAuth 2.0 Multiple Response Types §2.1.
      const { search, hash } = new URL(step.location);
      return new URLSearchParams(search || hash.slice(1)).get("error");
    };
    expect(await back({ code_challenge: undefined, code_challenge_method: undefined })).toBe("invalid_request");
    expect(await back({ code_challenge_method: "plain" })).toBe("invalid_request");
    expect(await back({ resource: undefined })).toBe("invalid_target");
    expect(await back({ resource: `${portico.url}/mcp/acme/nowhere` })).toBe("invalid_target");
    expect(await back({ response_type: "token" })).toBe("unsupported_response_type");
    expect(await back({ redirect_uri: "http://127.0.0.1:39871/other" })).toContain("/connect/error");
    expect(await back({ redirect_uri: redirectUri.replace("39871", "40000") })).toContain("/connect/"); // RFC 8252 §7.3: any loopback port.
  });
  it("takes consent from its own page only", async () => {
    const client = await register(mcpUrl);
    const browser = new Browser();
    await signIn(browser, client.origin);
    const step = await browser.follow(authorizeUrl(client), client.origin);
    const uid = "url" in step ? /\/connect\/([^/?]+)/.exec(step.url)?.[1] : "";
    const post = (from: Browser, origin: string) =>
      from.request(`${client.origin}/oauth/interaction/${uid}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", origin },
        body: "decision=approve",
      });
    expect((await post(browser, "https://evil.example")).status).toBe(403);
    const other = new Browser();
    await signIn(other, client.origin);
    expect((await post(other, client.origin)).headers.get("location")).toContain("/connect/error");
  });
});

describe("tokens", () => {
  it("redeem a code exactly once of twenty at once", async () => {
    const client = await register(mcpUrl);
    const browser = new Browser();
    await signIn(browser, client.origin);
    for (let round = 0; round < 3; round++) {
      const code = (await consent(browser, client)).get("code") ?? "";
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await redeem(client, code)).status));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    }
  });
  it("give twenty parallel refreshes one successor, and sign nobody out", async () => {
    const { client, tokens } = await connectByOAuth(mcpUrl);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => (await refresh(client, tokens.refresh_token)).json() as Promise<Tokens>),
    );
    expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    const next = (await (await refresh(client, answers[0]?.refresh_token ?? "")).json()) as Tokens;
    expect((await call(mcpUrl, next.access_token)).status).toBe(200);
  });
  it("are not burnt by a wrong resource", async () => {
    const { client, tokens } = await connectByOAuth(mcpUrl);
    const wrong = await refresh(client, tokens.refresh_token, { resource: otherUrl });
    expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([400, "invalid_target"]);
    expect((await refresh(client, tokens.refresh_token, { resource: mcpUrl })).status).toBe(200);
  });
  it("open their own server only, and nothing when they are not tokens", async () => {
    const { tokens } = await connectByOAuth(mcpUrl);
    expect((await call(mcpUrl, tokens.access_token)).status).toBe(200);
    const [header = "", payload = "", signature = ""] = tokens.access_token.split(".");
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${payload}.`;
    for (const bad of [
      tokens.refresh_token,
      "x",
      `${header}.${payload}.${signature.split("").reverse().join("")}`,
      none,
      `ptk_${"x".repeat(30)}`,
    ]) {
      const answer = await call(mcpUrl, bad);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token".*resource_metadata="/);
    }
    expect((await call(otherUrl, tokens.access_token)).status).toBe(401);
    expect((await call(`${mcpUrl}?access_token=${tokens.access_token}`, undefined)).status).toBe(401);
    expect(
      (await fetch(`${portico.url}/api/v1/servers`, { headers: { authorization: `Bearer ${tokens.access_token}` } }))
        .status,
    ).toBe(401);
    expect((await call(mcpUrl, apiKey)).status).toBe(200);
  });
  it("end within a second when the connection is revoked", async () => {
    const { client, tokens } = await connectByOAuth(mcpUrl);
    expect((await call(mcpUrl, tokens.access_token)).status).toBe(200);
    const { items } = await portico.api<{ items: { id: string; clientName: string }[] }>(
      "GET",
      "/api/v1/servers/notes/connections",
    );
    await portico.api("DELETE", `/api/v1/connections/${items[0]?.id}`);
    await waitFor(async () => (await call(mcpUrl, tokens.access_token)).status === 401, 1_000);
    expect((await refresh(client, tokens.refresh_token)).status).toBe(400);
  });
});

it("registers no client with a hostile redirect", async () => {
  for (const uri of ["javascript:alert(1)", "https://a.com@evil.com/cb", "http://example.com/cb"]) {
    const answer = await fetch(`${portico.url}/oauth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [uri] }),
    });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, "invalid_redirect_uri"]);
  }
});
