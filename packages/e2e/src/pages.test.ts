import { readdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CROSSWISE, chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { readCorpus } from "./corpus.ts";
import { authorizeUrl, connectByOAuth, register } from "./oauth-client.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";

const PAGES = path.resolve(import.meta.dirname, "../../../apps/web/src/app");

/** Every page that there is, by its address; what stands in brackets is of this story. */
const pages = readdirSync(PAGES, { recursive: true, encoding: "utf8" })
  .filter((file) => path.basename(file) === "page.tsx")
  .map((file) => `/${path.dirname(file)}`.replaceAll(/\/\([a-z]+\)/g, "").replace(/\/\.$/, "") || "/")
  .sort();

/** Pages that are only there at a moment of another story, which looks at them then. */
const ELSEWHERE: Record<string, string> = {
  "/import/[jobId]": "first-run",
  "/invite": "people",
  "/no-organization": "people",
  "/reset-password": "browser",
  "/setup": "first-run",
  "/sign-in/link": "people",
  "/sign-in/two-factor": "people",
  "/device/done": "device",
  "/documents/[id]": "builder",
};
/** For who is not signed in. */
const OPEN = new Set(["/forgot-password", "/sign-in", "/sign-in/mail", "/sign-in/organization", "/connect/error"]);

const LONG = "A server whose name somebody wrote out in full, so that there is no doubt what it is for";
const ownDocument = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Orders", version: "1", description: "Orders of a shop." },
  servers: [{ url: "https://orders.example.com" }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  paths: {
    "/orders": {
      get: { operationId: "listOrders", responses: { 200: { description: "ok" } } },
      post: { operationId: "addOrder", responses: { 200: { description: "ok" } } },
    },
    "/orders/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: { operationId: "readOrder", responses: { 200: { description: "ok" } } },
      delete: { operationId: "deleteOrder", responses: { 200: { description: "ok" } } },
    },
  },
});

describe.skipIf(!chromiumPath)("every page", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let stranger: Page;
  const problems: string[] = [];
  const names: Record<string, string> = {};

  beforeAll(async () => {
    portico = await startPortico({
      env: { PORTICO_SMTP_URL: "smtp://127.0.0.1:9", PORTICO_MAIL_FROM: "Portico <portico@example.com>" },
    });
    const content = readCorpus("spotify-official.yaml") ?? ownDocument;
    const published = await publish(portico, { source: { content }, slug: "everything", select: "all" });
    const [tool] = published.tools;
    const { mcpUrl } = published.server;
    await portico.api("PATCH", "/api/v1/servers/everything", { title: LONG });
    const profile = { name: "Own accounts, for whoever has one of their own", settings: {} };
    const { id } = await portico.api<{ id: string }>("POST", "/api/v1/servers/everything/profiles", profile);
    await portico.api("POST", "/api/v1/servers/everything/access/grants", { to: { email: "guest@example.com" } });
    await connectByOAuth(mcpUrl);
    await fetch(mcpUrl, {
      method: "POST",
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
        params: { name: tool?.name, arguments: {} },
      }),
    });
    Object.assign(names, {
      "[slug]": "everything",
      "[organization]": "acme",
      "[server]": "everything",
      "[operation]": encodeURIComponent(tool?.operation ?? ""),
      "/profiles/[id]": `/profiles/${id}`,
    });
    ({ browser, page } = await openSignedIn(portico.url, problems));
    for (const [at, data] of [
      ["teams", { name: "People who look after everything that there is" }],
      ["oauth-clients", { kind: "machine", name: "A machine that calls at night" }],
      ["invitations", { email: "grace@example.com", role: "builder" }],
    ] as const) {
      const answer = await page.request.post(`${portico.url}/api/v1/${at}`, { data, headers: { origin: portico.url } });
      expect(answer.ok(), await answer.text()).toBe(true);
    }
    stranger = await (await browser.newContext()).newPage();
    await page.goto(authorizeUrl(await register(mcpUrl)));
    names["[uid]"] = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  it("is in this story or in another", () => {
    expect(pages.length).toBeGreaterThan(40);
    for (const one of Object.keys(ELSEWHERE)) expect(pages, `${one} is no page`).toContain(one);
    for (const one of OPEN) expect(pages, `${one} is no page`).toContain(one);
  });

  it.each(pages.filter((one) => !(one in ELSEWHERE)))(
    "%s is clean to axe and fits, on a phone in the dark and a desk in the light",
    async (one) => {
      const to = Object.entries(names).reduce((all, [name, value]) => all.replace(name, value), one);
      expect(to).not.toMatch(/\[|\]/);
      const on = OPEN.has(one) ? stranger : page;
      const response = await on.goto(portico.url + to);
      expect(response?.status()).toBe(200);
      expect(new URL(on.url()).pathname).toBe(to);
      await on.getByRole("heading").first().waitFor();
      const name = one.replaceAll(/\W+/g, "-").replaceAll(/^-|-$/g, "") || "servers";
      expect(await lookAround(on, name, undefined, CROSSWISE)).toEqual([]);
    },
    60_000,
  );

  it("runs its scripts without a fault", () => {
    expect(problems).toEqual([]);
  });
});
