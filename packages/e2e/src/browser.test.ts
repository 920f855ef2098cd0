import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround } from "./chromium.ts";
import { type Portico, startPortico } from "./portico.ts";
import { oauthProvider, startCallback } from "./sdk-client.ts";

describe.skipIf(!chromiumPath)("a new user", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    // Only the bundled sample is open: what `npm start` opens on a laptop.
    portico = await startPortico({ isFresh: true, env: { PORTICO_EGRESS_ALLOW: "" } });
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => {
      if (
        ![new URL(portico.url).host].includes(new URL(request.url()).host) &&
        !request.url().startsWith("data:") &&
        !request.url().includes("127.0.0.1")
      )
        problems.push(`asked ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  it("goes from the ready line to a called tool: first run, import, publish, connect, call, and sees it", async () => {
    let clicks = 0;
    const click = async (name: RegExp) => {
      clicks++;
      await page.getByRole("button", { name }).first().click();
    };
    const startedAt = Date.now();
    const faults: string[] = [];

    await page.goto(/http\S+\/setup#\S+/.exec(portico.output())?.[0] ?? "");
    await page.getByLabel(/your name/i).fill("Ada Lovelace");
    await page.getByLabel(/e-mail/i).fill("ada@example.com");
    await page
      .getByLabel(/password/i)
      .first()
      .fill("correct horse battery");
    faults.push(...(await accessibilityFaults(page)));
    await click(/create the owner/i);
    await page.waitForURL(`${portico.url}/`);
    faults.push(...(await accessibilityFaults(page)));

    await click(/try the sample/i);
    await page.waitForURL(/\/documents\//);
    await page.getByRole("button", { name: /publish 9 tools/i }).waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await click(/publish 9 tools/i);
    await page.waitForURL(/\/servers\/harbor-tours/);
    await page.getByText("No calls yet").waitFor();
    faults.push(...(await accessibilityFaults(page)));

    const mcpUrl = await page.getByLabel("Server URL").inputValue();
    const serverPage = page.url();
    const callback = await startCallback();
    const opened: URL[] = [];
    const authProvider = oauthProvider(callback.url, (url) => opened.push(url));
    const transport = () => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });
    const identity = { name: "story-client", version: "1.0.0" };
    const first = transport();
    await expect(new Client(identity).connect(first)).rejects.toThrow(/unauthorized/i);
    await page.goto(opened[0]?.href ?? "");
    await page.waitForURL(/\/connect\//);
    faults.push(...(await accessibilityFaults(page)));
    await click(/^connect story client to harbor tours$/i);
    await first.finishAuth(await callback.code);
    callback.stop();
    const client = new Client(identity);
    await client.connect(transport());
    const answer = await client.callTool({ name: "listTours", arguments: { kind: "kayak" } });
    expect(answer.structuredContent).toMatchObject({ result: [{ id: "canal-kayak" }] });
    const seconds = (Date.now() - startedAt) / 1000;
    await client.close();

    await page.goto(serverPage);
    const seen = page.locator("main").getByText("listTours").filter({ visible: true }).first();
    await seen.waitFor();
    await expect
      .poll(() => page.locator("main").textContent(), { timeout: 10_000 })
      .toMatch(/story-client|ada@example\.com/);
    faults.push(...(await accessibilityFaults(page)));
    console.log(`From the ready line to the call: ${seconds.toFixed(1)} s, ${clicks} clicks.`);
    expect(clicks).toBeLessThanOrEqual(6);
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("gives a document's next version, keeps what was written by hand, and serves it when told", async () => {
    const document = (summary: string, ...paths: string[]) =>
      JSON.stringify({
        openapi: "3.1.0",
        info: { title: "Parcels", version: "1" },
        servers: [{ url: "https://parcels.example.com" }],
        paths: Object.fromEntries(paths.map((path) => [path, { get: { summary, responses: {} } }])),
      });
    const paste = async (text: string) => {
      await page.getByRole("button", { name: /paste text/i }).click();
      await page.getByLabel(/text of a document/i).fill(text);
      await page.getByRole("button", { name: /read document/i }).click();
    };
    await page.goto(`${portico.url}/new`);
    await paste(document("Read parcels", "/parcels", "/old"));
    const reasons = page.getByRole("button", { name: "Why these?" });
    await reasons.press("Enter");
    const told = page.getByRole("dialog", { name: "How Suggested chooses" });
    await told.getByText("Suggested takes 2 operations, 40 of a document at most").waitFor();
    const unsaid = await lookAround(page, "picker-reasons");
    await page.keyboard.press("Escape");
    await told.waitFor({ state: "hidden" });
    expect(await reasons.evaluate((button) => button.matches(":focus"))).toBe(true);
    await page.getByText(/0\.\d % of a 200k context/).waitFor();
    await page.getByText("fit every client", { exact: true }).waitFor();
    unsaid.push(...(await lookAround(page, "picker")));
    expect(unsaid).toEqual([]);
    await page.getByRole("button", { name: /publish 2 tools/i }).click();
    await page.waitForURL(/\/servers\/parcels$/);
    await page.getByRole("button", { name: "Connect a client" }).press("Enter");
    await page.getByRole("heading", { name: "Connect a client to Parcels" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("link", { name: "First call" }).getAttribute("href")).toBe("/servers/parcels/try");
    expect(await lookAround(page, "checklist")).toEqual([]);
    const status = await page.evaluate(
      async (address) => {
        const body = JSON.stringify({ title: "Our parcels" });
        return (await fetch(address, { method: "PATCH", body })).status;
      },
      `${portico.url}/api/v1/servers/parcels/tools/${encodeURIComponent("GET /parcels")}`,
    );
    expect(status).toBe(200);

    await page.getByRole("link", { name: /give a new version/i }).click();
    await page.waitForURL(/\/upgrade$/);
    await paste(document("Read all parcels", "/parcels", "/new"));
    await page.getByRole("heading", { name: /what changed in the document/i }).waitFor();
    await page.getByText(/1 added, 1 removed, 1 changed, 1 breaking/).waitFor();
    const faults = await accessibilityFaults(page);
    await page.getByRole("checkbox", { name: /new/i }).press("Space");
    expect(await page.getByRole("radio", { name: /keep mine/i }).isChecked()).toBe(true);
    await page.getByRole("button", { name: /apply to draft/i }).press("Enter");
    await page.getByText(/is built from revision 2 now/).waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: /^publish changes$/i }).click();
    await page.getByText(/who calls it is told that there is no such tool/i).waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: /^publish 2 tools$/i }).click();
    await page.getByText(/version 2 with 2 tools/i).waitFor();
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is refused an owner twice, a wrong code, and a way out by the address bar", async () => {
    const visitor = await (await browser.newContext()).newPage();
    await visitor.goto(`${portico.url}/setup`);
    await visitor.waitForURL(/\/sign-in/);
    await visitor.goto(`${portico.url}/sign-in?next=//evil.example/`);
    await visitor.getByLabel(/e-mail/i).fill("ada@example.com");
    await visitor
      .getByLabel(/password/i)
      .first()
      .fill("correct horse battery");
    await visitor.keyboard.press("Enter");
    await visitor.waitForURL(`${portico.url}/`);
    for (const path of ["/", "/connect/nothing", "/sign-in"]) {
      const response = await fetch(portico.url + path, { redirect: "manual" });
      expect(response.headers.get("content-security-policy"), path).toMatch(/frame-ancestors 'none'/);
    }
  });
});
