import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium } from "./chromium.ts";
import { owner, type Portico, publish, startPortico } from "./portico.ts";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const document = {
  openapi: "3.1.0",
  info: { title: "Harbor", version: "1" },
  servers: [{ url: "http://127.0.0.1:9" }],
  paths: {
    "/ships": {
      get: { operationId: "listShips", responses: { 200: { description: "ok" } } },
      post: { operationId: "addShip", responses: { 200: { description: "ok" } } },
    },
  },
};

/** A program in a terminal, as RFC 8628 has it: it asks for a code, shows it, and looks at the interval that it was told. */
async function startTerminal(portico: Portico, resource: string, name: string) {
  const metadata = (await (await fetch(`${portico.url}/.well-known/oauth-authorization-server`)).json()) as Record<
    "registration_endpoint" | "device_authorization_endpoint" | "token_endpoint",
    string
  >;
  const registered = await fetch(metadata.registration_endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: name, grant_types: [DEVICE_GRANT] }),
  });
  const { client_id } = (await registered.json()) as { client_id: string };
  const asked = await fetch(metadata.device_authorization_endpoint, {
    method: "POST",
    body: new URLSearchParams({ client_id, resource }),
  });
  const { device_code, ...shown } = (await asked.json()) as {
    device_code: string;
    user_code: string;
    verification_uri: string;
    verification_uri_complete: string;
    interval: number;
  };
  return {
    ...shown,
    async finish(): Promise<{ access_token?: string; error?: string }> {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, shown.interval * 1_000));
        const looked = await fetch(metadata.token_endpoint, {
          method: "POST",
          body: new URLSearchParams({ grant_type: DEVICE_GRANT, client_id, device_code }),
        });
        const answer = (await looked.json()) as { access_token?: string; error?: string };
        if (answer.error !== "authorization_pending") return answer;
      }
    },
  };
}

describe.skipIf(!chromiumPath)("somebody who connects from a terminal", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  const faults: string[] = [];
  const look = async () => void faults.push(...(await accessibilityFaults(page)));

  beforeAll(async () => {
    portico = await startPortico();
    const source = { content: JSON.stringify(document) };
    mcpUrl = (await publish(portico, { source, slug: "harbor", select: "all" })).server.mcpUrl;
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  const listTools = async (token: string) => {
    const answer = await fetch(mcpUrl, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
    });
    return answer.text();
  };

  it("follows the link with the code, signs in, confirms it, chooses, and finds the terminal connected", async () => {
    const terminal = await startTerminal(portico, mcpUrl, "Harbor command line");
    await page.goto(terminal.verification_uri_complete);
    await page.getByText("Sign in to connect the terminal").waitFor();
    await page.getByLabel(/e-mail/i).fill(owner.email);
    await page.getByLabel(/password/i).fill(owner.password);
    await page.getByRole("button", { name: /^sign in$/i }).click();
    await page.getByRole("heading", { name: "Connect a terminal" }).waitFor();
    expect(await page.getByLabel("Code").inputValue()).toBe(terminal.user_code);
    await look();
    // The link alone decides nothing.
    await page.getByRole("button", { name: "Continue with this code" }).click();
    await page.getByRole("heading", { name: "Harbor command line wants to use Harbor" }).waitFor();
    await page.getByText("Did you start this yourself?").waitFor();
    expect(await page.getByText("Returns to").count()).toBe(0);
    await look();
    await page.getByRole("radio", { name: /Reading only/ }).check();
    await page.getByLabel("For how long").selectOption("1 day");
    await page.getByRole("button", { name: "Connect Harbor command line to Harbor" }).click();
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/device/done");
    await look();
    const { access_token: token } = await terminal.finish();
    const listed = await listTools(token ?? "");
    expect(listed).toContain("listShips");
    expect(listed).not.toContain("addShip");
    await page.getByRole("link", { name: "Your connections" }).click();
    await page.getByText("Harbor command line").first().waitFor();
  });

  it("types a code wrongly, then as they please, and says no", async () => {
    const terminal = await startTerminal(portico, mcpUrl, "Another command line");
    await page.goto(terminal.verification_uri);
    await page.getByLabel("Code").fill("bbbb bbbb");
    await page.getByRole("button", { name: "Continue with this code" }).click();
    await page.getByText("There is no such code").waitFor();
    await look();
    await page.getByLabel("Code").fill(terminal.user_code.toLowerCase().replace("-", "  "));
    await page.getByRole("button", { name: "Continue with this code" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "You did not connect" }).waitFor();
    await look();
    expect(await terminal.finish()).toMatchObject({ error: "access_denied" });
    // The same code a second time: said as what it is.
    await page.goto(terminal.verification_uri_complete);
    await page.getByRole("button", { name: "Continue with this code" }).click();
    await page.getByText("This code was used already").waitFor();
  });

  it("finds no fault on any of these pages", () => expect(faults).toEqual([]));
});
