import { createHmac } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { startSmtp } from "@portico/mail/testing";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround } from "./chromium.ts";
import { consent, Browser as HttpBrowser, redeem, refresh, register, type Tokens } from "./oauth-client.ts";
import { owner, type Portico, publish, startPortico, waitFor } from "./portico.ts";

const petsDocument = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  servers: [{ url: "http://127.0.0.1:9" }],
  paths: { "/pets": { get: { operationId: "listPets", responses: { 200: { description: "ok" } } } } },
});

/** What an authenticator app shows. RFC 6238, with the usual 6 digits and 30 seconds. */
function totp(secret: string, now = Date.now()): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const code = (mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7f_ff_ff_ff) % 1_000_000;
  return String(code).padStart(6, "0");
}

/** What one of the apps has written, a line each. */
function logOf({ dataDir }: Portico, app: string): Record<string, unknown>[] {
  const lines = fs.readFileSync(path.join(dataDir, "logs", `${app}.log`), "utf8").split("\n");
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);
}

const post = (url: string, token: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify(body),
  });

describe.skipIf(!chromiumPath)("people", () => {
  let portico: Portico;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    smtp = await startSmtp();
    portico = await startPortico({
      env: {
        PORTICO_SMTP_URL: smtp.url,
        PORTICO_MAIL_FROM: "Portico <portico@example.com>",
        PORTICO_GITHUB_CLIENT_ID: "portico",
        PORTICO_GITHUB_CLIENT_SECRET: "canary-github",
      },
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await smtp?.stop();
  });

  /** A browser of its own: nobody is signed in. */
  async function open(): Promise<Page> {
    const context = await browser.newContext();
    contexts.push(context);
    return context.newPage();
  }

  async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
    await page.goto(`${portico.url}/sign-in`);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL((url) => url.pathname !== "/sign-in");
  }

  const grace = { email: "grace@example.com", password: "nanoseconds matter" };

  it("come back from a provider to a page of ours, also when nothing of that sign-in is known here", async () => {
    const page = await open();
    await page.goto(`${portico.url}/sign-in`);
    await page.getByRole("button", { name: /GitHub/ }).waitFor();
    await page.goto(`${portico.url}/api/auth/callback/github?code=a-code&state=made-up`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.getByText("You were not signed in").waitFor();
    expect((await page.request.get(`${portico.url}/api/auth/callback/other?code=a&state=b`)).status()).toBe(404);
  });

  it("from outside are let use one server by their address: they get an account, connect, and are out when it is taken back", async () => {
    const email = "guest@elsewhere.example";
    const faults: string[] = [];
    const { server } = await publish(portico, { source: { content: petsDocument }, slug: "guests" });
    await portico.api("PATCH", "/api/v1/servers/guests/access", { visibility: "chosen" });
    const admin = await open();
    await signIn(admin, owner);
    await admin.goto(`${portico.url}/servers/guests/access`);
    await admin.getByRole("button", { name: "Give access" }).first().click();
    const dialog = admin.getByRole("dialog", { name: "Give access" });
    await dialog.getByLabel("To", { exact: true }).selectOption("email");
    await dialog.getByLabel("E-mail address").fill(email);
    await dialog.getByRole("button", { name: "Give access" }).click();
    await dialog.getByLabel("Invitation link").waitFor();
    faults.push(...(await lookAround(admin, "guest-invited")));
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await admin.getByText("Guest, invited").waitFor();
    faults.push(...(await lookAround(admin, "guest-list", admin.getByText("Guest, invited"))));

    const link = /http\S+\/invite#\S+/.exec((await smtp.mailTo(email)).text)?.[0] ?? "";
    const page = await open();
    await page.goto(link);
    await page.getByRole("heading", { name: "Use Pets" }).waitFor();
    faults.push(...(await lookAround(page, "guest-join")));
    await page.getByLabel("Your name").fill("Guest");
    await page.getByLabel("Password").fill(grace.password);
    await page.getByRole("button", { name: "Use Pets" }).click();
    await page.waitForURL(`${portico.url}/s/acme/guests`);
    await page.getByRole("heading", { name: "Pets" }).first().waitFor();

    const client = await register(server.mcpUrl);
    const http = new HttpBrowser();
    const signedIn = await http.request(`${portico.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: portico.url },
      body: JSON.stringify({ email, password: grace.password }),
    });
    expect(signedIn.status).toBe(200);
    const code = (await consent(http, client)).get("code") ?? "";
    const tokens = (await (await redeem(client, code)).json()) as Tokens;
    const ping = () => post(server.mcpUrl, tokens.access_token, { jsonrpc: "2.0", id: 1, method: "ping" });
    expect((await ping()).status).toBe(200);

    // Of the organization they see nothing; their account and connections are theirs.
    await page.goto(portico.url);
    await page.getByRole("heading", { name: "Servers that you may use" }).waitFor();
    faults.push(...(await lookAround(page, "guest-servers")));
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    faults.push(...(await lookAround(page, "guest-account")));
    expect((await http.request(`${portico.url}/api/v1/servers`)).status).toBe(403);

    await admin.reload();
    await admin.getByText("Guest", { exact: true }).waitFor();
    await admin.getByRole("button", { name: `Remove ${email}` }).click();
    await admin.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await waitFor(async () => (await ping()).status === 401, 2_000);
    await admin.goto(`${portico.url}/settings/audit-log`);
    await admin.getByText(`gave ${email} access to`).first().waitFor();
    await admin.getByText("came as a guest of").first().waitFor();
    expect(faults).toEqual([]);
  });

  it("are invited, join, get another role, and are removed with all that they had open", async () => {
    const faults: string[] = [];
    const admin = await open();
    await signIn(admin, owner);
    await admin.goto(`${portico.url}/settings/members`);
    await admin.getByRole("button", { name: "Invite" }).click();
    await admin.getByLabel("E-mail address").fill(grace.email);
    await admin.getByRole("radio", { name: /^Member/ }).check();
    faults.push(...(await accessibilityFaults(admin)));
    await admin.getByRole("button", { name: "Make the invitation" }).click();
    await admin.getByText("It was sent to").waitFor();
    const shown = await admin.getByLabel("Invitation link").inputValue();
    const link = /http\S+\/invite#\S+/.exec((await smtp.mailTo(grace.email)).text)?.[0] ?? "";
    // The mail has a link of its own: whoever has that one has shown that the address is theirs.
    expect(shown).toMatch(/\/invite#[\w-]{43}$/);
    expect(link).not.toBe(shown);
    await admin.getByRole("button", { name: "Close" }).last().click();
    await admin.getByRole("list", { name: "Open invitations" }).getByText(grace.email).waitFor();
    faults.push(...(await accessibilityFaults(admin)));

    // Somebody who is signed in as another person is told so.
    await admin.goto(link);
    await admin.getByText("works for that address only").waitFor();
    faults.push(...(await accessibilityFaults(admin)));

    const page = await open();
    await page.goto(link);
    await page.getByLabel("Your name").fill("Grace Hopper");
    expect(page.url()).toBe(`${portico.url}/invite`);
    await page.getByLabel("Password").fill("short");
    await page.evaluate(() => document.querySelector("form")?.setAttribute("novalidate", ""));
    await page.getByRole("button", { name: "Join acme" }).click();
    await page.getByText("Use at least 10 characters.").waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await page.getByLabel("Password").fill(grace.password);
    await page.getByRole("button", { name: "Join acme" }).click();
    await page.waitForURL(`${portico.url}/`);
    await page.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();
    expect(await page.getByRole("link", { name: "API keys" }).count()).toBe(0);

    // The link works once, and says so.
    const late = await open();
    await late.goto(link);
    await late.getByRole("heading", { name: "This invitation was accepted" }).waitFor();
    faults.push(...(await accessibilityFaults(late)));

    // A mailed link signs in, whatever the browser, and leads on to where they were going.
    const goal = "/settings/members?sort=name,role";
    const asking = await open();
    await asking.goto(`${portico.url}/sign-in?next=${encodeURIComponent(goal)}`);
    await asking.getByRole("link", { name: "Get a sign-in link by e-mail" }).click();
    await asking.waitForURL(/\/sign-in\/mail/);
    await asking.getByLabel("E-mail address").fill(grace.email);
    faults.push(...(await accessibilityFaults(asking)));
    await asking.getByRole("button", { name: "Send the link" }).click();
    await asking.getByText("a link is on its way").waitFor();
    const findLink = async () => /http\S+\/sign-in\/link\S+/.exec((await smtp.mailTo(grace.email)).text)?.[0] ?? "";
    await expect.poll(findLink).toContain("#");
    const mailed = await open();
    await mailed.goto(await findLink());
    await mailed.getByRole("button", { name: "Sign in", exact: true }).click();
    await mailed.waitForURL(portico.url + goal);
    await mailed.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();

    // Another role holds at the next thing that they do.
    await admin.goto(`${portico.url}/settings/members`);
    await admin.getByRole("button", { name: "Change the role of Grace Hopper" }).click();
    await admin.getByRole("radio", { name: /^Admin/ }).check();
    await admin.getByRole("button", { name: "Change role", exact: true }).click();
    await admin.getByText("Grace Hopper is now admin").first().waitFor();
    await page.goto(`${portico.url}/settings/api-keys`);
    await page.getByRole("heading", { name: "API keys" }).waitFor();

    // She connects a client, which keeps a stream open.
    const { server } = await publish(portico, { source: { content: petsDocument }, slug: "pets" });
    const client = await register(server.mcpUrl);
    const http = new HttpBrowser();
    const signedIn = await http.request(`${portico.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: portico.url },
      body: JSON.stringify(grace),
    });
    expect(signedIn.status).toBe(200);
    const code = (await consent(http, client)).get("code") ?? "";
    const tokens = (await (await redeem(client, code)).json()) as Tokens;
    const started = await post(server.mcpUrl, tokens.access_token, {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "story", version: "1" } },
    });
    expect(started.status).toBe(200);
    const sessionId = started.headers.get("mcp-session-id") ?? "";
    await started.body?.cancel();
    const stream = await fetch(server.mcpUrl, {
      headers: {
        authorization: `Bearer ${tokens.access_token}`,
        accept: "text/event-stream",
        "mcp-session-id": sessionId,
        "mcp-protocol-version": "2025-06-18",
      },
    });
    expect(stream.status).toBe(200);
    let streamEndedAt = 0;
    const reader = stream.body?.getReader();
    const reading = (async () => {
      try {
        while (reader && !(await reader.read()).done);
      } finally {
        streamEndedAt = Date.now();
      }
    })().catch(() => {});

    await admin.reload();
    await admin.getByRole("button", { name: "Remove Grace Hopper" }).click();
    await admin.getByText("1 connection of AI apps").waitFor();
    faults.push(...(await accessibilityFaults(admin)));
    await admin.getByRole("alertdialog").getByRole("button", { name: "Remove Grace Hopper" }).click();
    await admin.getByText("Grace Hopper was removed").first().waitFor();
    const removedAt = Date.now();
    await reading;
    expect(streamEndedAt - removedAt).toBeLessThan(1_000);
    await waitFor(
      async () =>
        (await post(server.mcpUrl, tokens.access_token, { jsonrpc: "2.0", id: 2, method: "ping" })).status === 401,
      1_000,
    );
    expect((await refresh(client, tokens.refresh_token)).status).toBe(400);
    await page.goto(`${portico.url}/settings/api-keys`);
    await page.getByRole("heading", { name: "You belong to no organization" }).waitFor();
    expect((await http.request(`${portico.url}/api/v1/servers`)).status).toBe(403);

    // All of it is in the audit log.
    await admin.goto(`${portico.url}/settings/audit-log`);
    for (const deed of [
      "invited grace@example.com as member",
      "joined as member",
      "made Grace Hopper admin, was member",
    ])
      await admin.getByText(deed).waitFor();
    faults.push(...(await accessibilityFaults(admin)));
    const csv = await admin.request.get(`${portico.url}/api/v1/audit-events/export?format=csv`);
    expect(await csv.text()).toMatch(/^time,action,actor.*\r\n.*member\.remove,/);
    expect(faults).toEqual([]);
  });

  it("make another organization, rename it, change between the two, and delete it", async () => {
    const faults: string[] = [];
    const page = await open();
    const look = async () => faults.push(...(await accessibilityFaults(page)));
    await signIn(page, owner);
    await page.getByRole("button", { name: /^Organization: / }).click();
    await page.getByRole("menuitem", { name: "New organization" }).click();
    await page.getByRole("heading", { name: "New organization" }).waitFor();
    await look();
    await page.getByLabel("Name").fill("Second Harbor");
    await page.getByLabel("In its URLs").fill("Not a slug");
    await page.getByRole("button", { name: "Create organization" }).click();
    await page.getByText("Use lower-case letters, digits and single dashes.").waitFor();
    await look();
    await page.getByLabel("In its URLs").fill("second");
    await page.getByRole("button", { name: "Create organization" }).click();
    await page.getByRole("button", { name: "Organization: Second Harbor" }).waitFor();

    await page.goto(`${portico.url}/settings/organization`);
    await page.getByText("/mcp/second/…").waitFor();
    await look();
    await page.getByLabel("Name").fill("Third Harbor");
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByRole("button", { name: "Organization: Third Harbor" }).click();
    await page.getByRole("menuitemradio", { name: "acme" }).click();
    await page.getByRole("button", { name: "Organization: acme" }).waitFor();
    await page.getByRole("button", { name: "Organization: acme" }).click();
    await page.getByRole("menuitemradio", { name: "Third Harbor" }).click();
    await page.getByRole("button", { name: "Organization: Third Harbor" }).waitFor();

    await page.goto(`${portico.url}/settings/organization`);
    await page.getByRole("button", { name: "Delete organization" }).click();
    expect(await page.getByRole("button", { name: "Delete organization" }).last().isDisabled()).toBe(true);
    await page.getByLabel("Type second to confirm").fill("second");
    await look();
    await page.getByRole("button", { name: "Delete organization" }).last().click();
    await page.getByRole("button", { name: "Organization: acme" }).waitFor();
    expect(faults).toEqual([]);
    // Its own audit log is gone with it: whoever runs Portico has it in theirs.
    const line = logOf(portico, "web").find(({ msg }) => msg === "an organization was deleted");
    expect(line).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      organization: { slug: "second", name: "Third Harbor", id: expect.stringMatching(/^org_/) },
      by: { type: "user", id: expect.stringMatching(/^usr_/) },
    });
  });

  it("protect their account with a second factor and a passkey, and get back in by mail", async () => {
    const faults: string[] = [];
    const page = await open();
    await signIn(page, owner);
    await page.goto(`${portico.url}/account`);
    await page.getByRole("button", { name: "Turn on two-factor authentication" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Your password").fill("not the password");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await dialog.getByText("This is not your password.").waitFor();
    await dialog.getByLabel("Your password").fill(owner.password);
    await dialog.getByRole("button", { name: "Go on" }).click();
    const secret = await dialog.getByLabel("Key for the authenticator app").inputValue();
    await dialog.getByRole("img", { name: /QR code/ }).waitFor();
    await dialog.getByLabel("Code", { exact: true }).fill("000000");
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.getByText("This is not the code that the app shows now.").waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await dialog.getByLabel("Code", { exact: true }).fill(totp(secret));
    await dialog.getByRole("button", { name: "Turn on" }).click();
    const codes = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await codes.first().waitFor();
    const recovery = (await codes.first().textContent()) ?? "";
    expect(await codes.count()).toBe(10);
    await dialog.getByRole("button", { name: "I have kept them" }).click();

    const second = await open();
    await signIn(second, owner);
    await second.waitForURL(/\/sign-in\/two-factor/);
    faults.push(...(await accessibilityFaults(second)));
    await second.goto(`${portico.url}/account`);
    await second.waitForURL(/\/sign-in\?/);
    await signIn(second, owner);
    await second.getByLabel("Code", { exact: true }).fill("123456");
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.getByText("This code is wrong or too old.").waitFor();
    await second.getByLabel("Code", { exact: true }).fill(totp(secret));
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.waitForURL(`${portico.url}/`);

    const third = await open();
    await signIn(third, owner);
    await third.getByRole("button", { name: "Use a recovery code" }).click();
    await third.getByLabel("Recovery code").fill(recovery);
    await third.getByRole("button", { name: "Sign in", exact: true }).click();
    await third.waitForURL(`${portico.url}/`);

    // A passkey, in a browser whose device says that it checked its owner.
    await page.goto(`${portico.url}/account`);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Laptop");
    await page.getByRole("button", { name: "Add the passkey" }).click();
    await page.getByRole("list", { name: "Passkeys" }).getByText("Laptop").waitFor();

    // The other browsers are listed, and signed out together.
    await page.reload();
    const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    expect(await sessions.first().textContent()).toMatch(/Chrome on Linux.*This browser/);
    expect(await sessions.count()).toBeGreaterThanOrEqual(3);
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByText("Every other browser is signed out").first().waitFor();
    await third.goto(`${portico.url}/account`);
    await third.waitForURL(/\/sign-in/);

    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in/);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL(`${portico.url}/`);

    // Forgotten: a mail resets the password, and the second factor is still asked for.
    await second.goto(`${portico.url}/forgot-password`);
    await second.getByLabel("E-mail address").fill(owner.email);
    await second.getByRole("button", { name: "Send the link" }).click();
    await second.getByText("a link is on its way").waitFor();
    const link = /http\S+\/reset-password#\S+/.exec((await smtp.mailTo(owner.email)).text)?.[0] ?? "";
    await second.goto(link);
    await second.getByLabel("New password", { exact: true }).fill("another horse entirely");
    faults.push(...(await accessibilityFaults(second)));
    await second.getByRole("button", { name: /^Change the password/ }).click();
    await second.waitForURL(/\/sign-in\/two-factor/);
    await second.goto(link);
    await second.getByRole("heading", { name: "This link does not work" }).waitFor();
    expect(faults).toEqual([]);
  });
});
