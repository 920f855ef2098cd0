import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInThere } from "./accounts-api.ts";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround } from "./chromium.ts";
import { SSO_CLIENT, startIdentityProvider } from "./identity-provider.ts";
import { owner, type Portico, publish, startPortico } from "./portico.ts";
import { signInBySaml, startSamlProvider } from "./saml-provider.ts";
import { oauthProvider, startCallback } from "./sdk-client.ts";

const linus = { email: "linus@example.com", password: "a penguin on the ice" };

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  servers: [{ url: "https://pets.example.com" }],
  paths: { "/pets": { get: { operationId: "listPets", responses: { 200: { description: "ok" } } } } },
});

describe.skipIf(!chromiumPath)("an organization's own sign-in", () => {
  let portico: Portico;
  let idp: Awaited<ReturnType<typeof startIdentityProvider>>;
  let saml: Awaited<ReturnType<typeof startSamlProvider>>;
  let browser: Browser;
  let admin: Page;
  const faults: string[] = [];
  const look = async (page: Page) => void faults.push(...(await accessibilityFaults(page)));
  const newPage = async () => (await browser.newContext()).newPage();

  beforeAll(async () => {
    portico = await startPortico({ env: { PORTICO_SSO_TRUST_DOMAINS: "1" } });
    idp = await startIdentityProvider({ domain: "example.com", redirectUri: `${portico.url}/sso/callback` });
    saml = await startSamlProvider({ domain: "example.com" });
    browser = await launchChromium();
    admin = await newPage();
    await signInByPassword(admin, owner);
    await admin.waitForURL(`${portico.url}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([portico?.stop(), idp?.stop(), saml?.stop()]);
  });

  async function signInByPassword(page: Page, { email, password }: { email: string; password: string }) {
    await page.goto(`${portico.url}/sign-in`);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  /** From a page that asks for it, over the provider, as somebody there. */
  async function signInByOrganization(page: Page, email: string) {
    await page.getByRole("link", { name: "Sign in with your organization" }).click();
    await page.waitForURL(/\/sign-in\/organization/);
    await page.getByLabel("E-mail address").fill(email);
    await look(page);
    await page.getByRole("button", { name: "Continue" }).click();
    await signInThere(page, idp, email.split("@")[0] ?? "");
  }

  it("is set up, proved, tried and required", async () => {
    const link = await admin.evaluate(async (email) => {
      const body = JSON.stringify({ email, role: "member" });
      const answer = await fetch("/api/v1/invitations", { method: "POST", body });
      return ((await answer.json()) as { url: string }).url;
    }, linus.email);
    const page = await newPage();
    await page.goto(link);
    await page.getByLabel("Your name").fill("Linus");
    await page.getByLabel("Password").fill(linus.password);
    await page.getByRole("button", { name: /^Join / }).click();
    await page.waitForURL(`${portico.url}/`);

    await admin.goto(`${portico.url}/settings/single-sign-on`);
    await look(admin);
    expect(await admin.getByLabel("Redirect URI").inputValue()).toBe(`${portico.url}/sso/callback`);
    await admin.getByLabel("Issuer").fill(`${idp.url}/nothing`);
    await admin.getByLabel("Client id").fill(SSO_CLIENT.id);
    await admin.getByLabel("Client secret").fill(SSO_CLIENT.secret);
    await admin.getByLabel("Domains").fill("example.com");
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText(/The identity provider was not found/).waitFor();
    await look(admin);
    await admin.getByLabel("Issuer").fill(idp.url);
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText("Not proved yet").waitFor();
    await look(admin);
    expect(await admin.content()).not.toContain(SSO_CLIENT.secret);
    await admin.getByRole("button", { name: "Look for the records" }).click();
    await admin.getByText("Proved", { exact: true }).waitFor();

    // An owner's account is connected by whoever is signed in to it, and not by what a provider says alone.
    const elsewhere = await newPage();
    await elsewhere.goto(`${portico.url}/sign-in`);
    await signInByOrganization(elsewhere, owner.email);
    await elsewhere.getByText(/owns an organization/).waitFor();
    await look(elsewhere);
    await elsewhere.goto(`${portico.url}/`);
    await elsewhere.waitForURL(/\/sign-in/);

    await admin.getByLabel("Require it").check();
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText(/Sign in with it once before everybody has to/).waitFor();
    await admin.getByRole("button", { name: "Try it" }).click();
    await signInThere(admin, idp, "ada");
    await admin.waitForURL(`${portico.url}/settings/single-sign-on`);
    await admin.getByText(/Last used/).waitFor();
    await admin.getByRole("button", { name: "Account of ada" }).waitFor();
    await admin.getByLabel("Require it").check();
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText("Single sign-on is saved").first().waitFor();
    await look(admin);

    // Whoever came in by a password is out, and comes back by the organization's sign-in only.
    await page.goto(`${portico.url}/`);
    await page.waitForURL(/\/sign-in/);
    const answers = [linus, { ...linus, password: "another penguin" }].map(async (body) => {
      const direct = await fetch(`${portico.url}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: portico.url },
        body: JSON.stringify(body),
      });
      return [direct.status, await direct.text(), direct.headers.getSetCookie()];
    });
    // A right password and a wrong one are answered alike.
    const [right, wrong] = await Promise.all(answers);
    expect(right).toEqual([401, expect.stringContaining("INVALID_EMAIL_OR_PASSWORD"), []]);
    expect(wrong).toEqual(right);
    await signInByPassword(page, linus);
    await signInThere(page, idp, "linus");
    await page.getByRole("button", { name: "Account of Linus" }).waitFor();
    // Owners may still use their password: nobody is locked out when the provider is away.
    const other = await newPage();
    await signInByPassword(other, owner);
    await other.getByRole("button", { name: "Account of ada" }).waitFor();
  });

  it("lets somebody new in, from the sign-in page and on the way of connecting an app", async () => {
    const page = await newPage();
    await page.goto(`${portico.url}/sign-in`);
    await look(page);
    await signInByOrganization(page, "grace@example.com");
    await page.getByRole("button", { name: "Account of Grace" }).waitFor();
    await admin.goto(`${portico.url}/settings/members`);
    await admin.getByText("grace@example.com").waitFor();

    const { server } = await publish(portico, { source: { content: document }, slug: "pets", select: "all" });
    const connecting = await newPage();
    const callback = await startCallback();
    const opened: URL[] = [];
    const authProvider = oauthProvider(callback.url, (url) => opened.push(url));
    const transport = () => new StreamableHTTPClientTransport(new URL(server.mcpUrl), { authProvider });
    const identity = { name: "story-client", version: "1.0.0" };
    const first = transport();
    await expect(new Client(identity).connect(first)).rejects.toThrow(/unauthorized/i);
    await connecting.goto(opened[0]?.href ?? "");
    await signInByOrganization(connecting, "barbara@example.com");
    await connecting.waitForURL(/\/connect\//);
    await look(connecting);
    await connecting.getByRole("button", { name: "Connect Story client to Pets" }).click();
    await first.finishAuth(await callback.code);
    callback.stop();
    const client = new Client(identity);
    await client.connect(transport());
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["listPets"]);
    await client.close();
  });

  it("says so to an address that is nobody's, and to an answer that another browser got", async () => {
    const page = await newPage();
    await page.goto(`${portico.url}/sign-in/organization`);
    await page.getByLabel("E-mail address").fill("eve@elsewhere.example");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText(/No organization signs in addresses like this one/).waitFor();
    await look(page);

    await page.getByLabel("E-mail address").fill("mallory@example.com");
    const asked = page.waitForRequest((request) => request.url().startsWith(`${idp.url}/auth?`));
    await page.getByRole("button", { name: "Continue" }).click();
    const victim = await newPage();
    await victim.goto((await asked).url());
    await signInThere(victim, idp, "mallory");
    await victim.getByText(/was not begun in this browser/).waitFor();
    await look(victim);
    await victim.goto(`${portico.url}/`);
    await victim.waitForURL(/\/sign-in/);
  });

  it("lets two sign-ins be under way in one browser", async () => {
    const both = await browser.newContext();
    const asked: string[] = [];
    for (let times = 0; times < 2; times++) {
      const page = await both.newPage();
      await page.goto(`${portico.url}/sign-in/organization`);
      await page.getByLabel("E-mail address").fill("grace@example.com");
      const request = page.waitForRequest((one) => one.url().startsWith(`${idp.url}/auth?`));
      await page.getByRole("button", { name: "Continue" }).click();
      asked.push((await request).url());
      await page.waitForURL(new RegExp(`^${idp.url}/`));
    }
    const page = await both.newPage();
    await page.goto(asked[0] ?? "");
    await signInThere(page, idp, "grace");
    await page.getByRole("button", { name: "Account of Grace" }).waitFor();
  });

  it("speaks SAML as well, from a provider on another site", async () => {
    await admin.goto(`${portico.url}/settings/single-sign-on`);
    await admin.getByLabel("Require it").uncheck();
    await admin.getByLabel("Protocol").selectOption("SAML 2.0");
    const consumer = admin.getByLabel("Assertion consumer service URL");
    expect(await consumer.inputValue()).toBe(`${portico.url}/sso/saml`);
    const entityId = await admin.getByLabel("Entity ID, and address of our metadata").inputValue();
    expect(await (await fetch(entityId)).text()).toContain(`Location="${portico.url}/sso/saml"`);
    await admin.getByLabel("Metadata of your provider").fill(`${saml.url}/nothing`);
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText(/The metadata's address answers 404/).waitFor();
    faults.push(...(await lookAround(admin, "sso-saml-refused")));
    await admin.getByLabel("Metadata of your provider").fill(`${saml.url}/metadata`);
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText(/Answers come from/).waitFor();
    faults.push(...(await lookAround(admin, "sso-saml")));
    await admin.getByRole("button", { name: "Try it" }).click();
    await signInBySaml(admin, saml, "ada");
    await admin.waitForURL(`${portico.url}/settings/single-sign-on`);
    await admin.getByText(/Last used/).waitFor();

    const page = await newPage();
    const posted = page.waitForRequest((request) => request.url() === `${portico.url}/sso/saml`);
    await page.goto(`${portico.url}/sign-in/organization`);
    await page.getByLabel("E-mail address").fill("katherine@example.com");
    await page.getByRole("button", { name: "Continue" }).click();
    await signInBySaml(page, saml, "katherine");
    await page.getByRole("button", { name: "Account of Katherine" }).waitFor();

    // The same answer again, from another browser, signs nobody in.
    const form = new URLSearchParams((await posted).postData() ?? "");
    const victim = await newPage();
    await victim.goto("about:blank");
    await victim.setContent(
      `<form method="post" action="${portico.url}/sso/saml">${[...form].map(([name, value]) => `<input name="${name}" value="${value}">`).join("")}<button>Win a prize</button></form>`,
    );
    await victim.getByRole("button", { name: "Win a prize" }).click();
    await victim.getByText(/was not begun in this browser/).waitFor();
    await look(victim);
    await victim.goto(`${portico.url}/`);
    await victim.waitForURL(/\/sign-in/);
  });

  it("finds no fault on any of these pages, and no secret in the log", () => {
    expect(faults).toEqual([]);
    expect(portico.output()).not.toMatch(/canary-/);
  });
});
