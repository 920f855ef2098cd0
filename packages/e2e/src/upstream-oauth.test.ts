import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountsApi, CLIENT, signInThere, startAccountsApi } from "./accounts-api.ts";
import { accessibilityFaults, chromiumPath, launchChromium } from "./chromium.ts";
import { connectClient } from "./clients.ts";
import { apiKey, freePort, owner, type Portico, publish, startPortico } from "./portico.ts";

const cli = path.resolve(import.meta.dirname, "../../../apps/cli/src/main.ts");

const TOKEN_SECONDS = 3;

describe.skipIf(!chromiumPath)("an API that people sign in at", () => {
  let portico: Portico;
  let api: AccountsApi;
  let redirectUri: string;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  beforeAll(async () => {
    portico = await startPortico();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const content = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Notes", version: "1" },
      servers: [{ url }],
      security: [{ account: [] }],
      paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
      components: {
        securitySchemes: {
          account: {
            type: "oauth2",
            flows: {
              authorizationCode: {
                authorizationUrl: `${url}/auth`,
                tokenUrl: `${url}/token`,
                scopes: { openid: "", offline_access: "" },
              },
            },
          },
        },
      },
    });
    ({ mcpUrl } = (await publish(portico, { source: { content }, slug: "notes", select: "all" })).server);
    const { items } = await portico.api<{ items: { redirectUri: string }[] }>(
      "GET",
      "/api/v1/servers/notes/credentials",
    );
    redirectUri = items[0]?.redirectUri ?? "";
    api = await startAccountsApi({ port, redirectUri, tokenSeconds: TOKEN_SECONDS });
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([portico?.stop(), api?.stop()]);
  });

  it("is connected once by an admin, in a browser, and then stays connected", async () => {
    const client = await connectClient("client, auto", mcpUrl, apiKey);
    await page.goto(`${portico.url}/sign-in?next=/servers/notes/credentials`);
    await page.getByLabel(/e-mail/i).fill(owner.email);
    await page.getByLabel(/password/i).fill(owner.password);
    await page.getByRole("button", { name: /^sign in$/i }).click();
    await page.waitForURL(/\/servers\/notes\/credentials/);

    expect(await page.getByLabel("Redirect URI").inputValue()).toBe(redirectUri);
    expect(await page.getByLabel("Token URL").inputValue()).toBe(`${api.url}/token`);
    await page.getByLabel("Client id").fill(CLIENT.id);
    await page.getByLabel("Client secret").fill(CLIENT.secret);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: /store client/i }).click();
    await page.getByText("Nobody has signed in at the API yet").waitFor();
    expect(await client.callTool("listNotes", {})).toMatchObject({ isError: true });

    await page.getByRole("button", { name: "Sign in at the API" }).click();
    await signInThere(page, api, "grace");
    await page.waitForURL(/\/servers\/notes\/credentials\?sign-in=connected/);
    await page.getByText("Every call uses that account").waitFor();
    expect(await page.content()).not.toContain(CLIENT.secret);
    expect(await accessibilityFaults(page)).toEqual([]);

    await expect
      .poll(() => client.callTool("listNotes", {}), { timeout: 5_000 })
      .toMatchObject({ structuredContent: { reader: "grace" } });
    await new Promise((resolve) => setTimeout(resolve, (TOKEN_SECONDS + 1) * 1_000));
    expect(await client.callTool("listNotes", {})).toMatchObject({ structuredContent: { reader: "grace" } });
    expect(api.seen.size).toBeGreaterThanOrEqual(2);
    expect(portico.output()).not.toContain(CLIENT.secret);
    await client.close();
  });

  it("is found by its issuer, and registers Portico by itself where it takes registrations", async () => {
    const content = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Journal", version: "1" },
      servers: [{ url: api.url }],
      security: [{ person: ["read"] }],
      paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
      components: {
        securitySchemes: {
          person: { type: "openIdConnect", openIdConnectUrl: `${api.url}/.well-known/openid-configuration` },
        },
      },
    });
    const { server } = await publish(portico, { source: { content }, slug: "journal", select: "all" });
    await page.goto(`${portico.url}/servers/journal/credentials`);
    await page.getByLabel("What you have").selectOption({ label: "A client that somebody signs in with" });
    await page.getByRole("button", { name: "Find addresses" }).click();
    await page.getByText("The addresses are filled in").waitFor();
    expect(await page.getByLabel("Issuer").inputValue()).toBe(api.url);
    expect(await page.getByLabel("Token URL").inputValue()).toBe(`${api.url}/token`);
    expect(await page.getByLabel("Scopes").inputValue()).toBe("read offline_access");
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Register Portico there" }).click();
    await page.getByText("Nobody has signed in at the API yet").waitFor();
    await page.getByRole("button", { name: "Sign in at the API" }).click();
    await signInThere(page, api, "grace");
    await page.waitForURL(/sign-in=connected/);
    const client = await connectClient("client, auto", server.mcpUrl, apiKey);
    await expect
      .poll(() => client.callTool("listNotes", {}), { timeout: 5_000 })
      .toMatchObject({ structuredContent: { reader: "grace" } });
    await client.close();

    expect(await portico.api("POST", "/api/v1/servers/journal/credentials/person/addresses")).toMatchObject({
      ...{ issuer: api.url, tokenUrl: `${api.url}/token`, canRegister: true },
      scopes: ["read", "offline_access"],
    });
    const told = await promisify(execFile)(process.execPath, [cli, "addresses", "journal", "person"], {
      env: { PATH: process.env.PATH, PORTICO_URL: portico.url, PORTICO_API_KEY: apiKey },
    });
    expect(told.stdout).toMatch(
      /^issuer +http:\S+\n.*\ntoken URL +\S+\/token\n[\s\S]*Portico can register itself there\n$/,
    );
    const again = { issuer: api.url, scopes: ["read"] };
    const registered = await portico.api("POST", "/api/v1/servers/journal/credentials/person/register", again);
    expect(registered).toMatchObject({ issuer: api.url, redirectUri, clientId: expect.any(String) });
    expect(JSON.stringify(registered)).not.toContain("secret");
    const wrong = portico.api("POST", "/api/v1/servers/journal/credentials/person/register", {
      issuer: `${api.url}/elsewhere`,
    });
    await expect(wrong).rejects.toThrow(/412.*Nothing was found/);
  });
});
