import http from "node:http";
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium, lookAround, signIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";

const SOON = { timeout: 15_000 };

interface Api {
  url: string;
  /** Its paths, each with the operationId of its GET. */
  paths: Record<string, string>;
  /** The keys that it was called with. */
  keys: (string | undefined)[];
  stop: () => void;
}

/** An API that describes itself, and asks for a key in the header that it calls by the same name as every other one. */
async function startApi(title: string, paths: Record<string, string>): Promise<Api> {
  const api: Api = { url: "", paths, keys: [], stop: () => server.close() };
  const server = http.createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/openapi.json") return response.end(describeApi(title, api));
    if (request.url === "/broken.json") return response.end('{"hello": "world"}');
    api.keys.push(request.headers["x-key"] as string | undefined);
    response.end(JSON.stringify({ from: title }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

function describeApi(title: string, { url, paths }: Api): string {
  const answer = {
    parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }],
    responses: { 200: { description: "ok" } },
  };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title, version: "1" },
    servers: [{ url }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    paths: Object.fromEntries(
      Object.entries(paths).map(([at, operationId]) => [
        at,
        { get: { operationId, tags: ["lists"], summary: `Lists ${at.slice(1)}`, ...answer } },
      ]),
    ),
  });
}

describe.skipIf(!chromiumPath)("a server of several APIs", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let shop: Api;
  let billing: Api;
  let mcpUrl: string;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    shop = await startApi("Shop", { "/orders": "list_orders", "/customers": "list_customers" });
    billing = await startApi("Billing", { "/invoices": "list_invoices", "/customers": "list_customers" });
    portico = await startPortico();
    const { server } = await publish(portico, {
      source: { url: `${shop.url}/openapi.json` },
      slug: "shop",
      select: "all",
      credentials: { key: { type: "apiKey", value: "shop-key" } },
    });
    mcpUrl = server.mcpUrl;
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await signIn(page, portico.url);
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    shop?.stop();
    billing?.stop();
  });

  const at = (part = "") => `${portico.url}/servers/shop${part}`;
  const button = (name: RegExp | string) => page.getByRole("button", { name });
  const link = () => page.getByPlaceholder("Paste a link to an OpenAPI document");
  const card = (title: string) => page.getByRole("region", { name: title, exact: true });
  const look = async (name: string, bring?: Locator) => {
    faults.push(...(await lookAround(page, name, bring)));
  };
  const withClient = async <Value>(work: (client: Client) => Promise<Value>): Promise<Value> => {
    const client = new Client({ name: "story", version: "1" });
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit }));
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  const names = () => withClient(async (client) => (await client.listTools()).tools.map(({ name }) => name).sort());
  const call = (name: string) =>
    withClient(async (client) => JSON.stringify((await client.callTool({ name, arguments: {} })).content));
  const publishDraft = async () => {
    await button("Publish changes").first().click();
    const dialog = page.getByRole("dialog", { name: "Publish changes" });
    await dialog.getByRole("button", { name: /^Publish \d/ }).click();
    await dialog.waitFor({ state: "detached" });
  };

  it("starts from one, and says why another cannot be read, as for the first", async () => {
    await page.goto(at());
    await page.getByRole("heading", { name: "Document", exact: true }).waitFor();
    expect(await button(/^Remove/).count()).toBe(0);
    await page.getByRole("link", { name: "Add an API" }).click();
    await page.getByRole("heading", { name: "Add an API" }).waitFor();
    await look("add-document");
    await link().fill(`${billing.url}/broken.json`);
    await button("Read document").click();
    await page.getByText("The document could not be imported").waitFor(SOON);
    await page.getByRole("link", { name: "Change it and try again" }).click();
    await page.waitForURL(at("/add-document"));
    expect(await link().inputValue()).toBe(`${billing.url}/broken.json`);
    expect(problems).toEqual([]);
  });

  it("takes another: its tools are picked, and those whose name is taken are called otherwise", async () => {
    await page.goto(at("/add-document"));
    await link().fill(`${billing.url}/openapi.json`);
    await button("Read document").click();
    await page.getByRole("heading", { name: /Add Billing to / }).waitFor(SOON);
    await page.getByText("1 tool gets another name here").waitFor();
    await page.getByText("billing_list_customers").first().waitFor();
    // What clients and models will have is counted with what the server has already.
    await page.getByText("with the 2 of the server").waitFor();
    await look("add-picker");
    await button(/^Short name: billing/).click();
    const field = page.getByRole("dialog", { name: "Short name" });
    await field.getByLabel("Short name").fill("Money!");
    await field.getByRole("button", { name: "Use this name" }).click();
    await field.getByText(/use lower-case letters/i).waitFor();
    await look("add-short-name");
    await field.getByLabel("Short name").fill("money");
    await field.getByRole("button", { name: "Use this name" }).click();
    await page.getByText("money_list_customers").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("add").click();
    await page.waitForURL((url) => url.pathname.endsWith("/shop/tools"));
    await page.getByRole("status").getByText("2 of 4 shown").waitFor(SOON);
    await page.getByRole("treeitem", { name: /Billing · lists/ }).waitFor();
    await look("tools-of-several");
    // Clients notice nothing before it is published.
    expect(await names()).toEqual(["list_customers", "list_orders"]);
    await publishDraft();
    expect(await names()).toEqual(["list_customers", "list_invoices", "list_orders", "money_list_customers"]);
    expect(problems).toEqual([]);
  });

  it("has a credential for each, and sends each API its own alone", async () => {
    await page.goto(at("/credentials"));
    await page.getByRole("heading", { name: "Billing", exact: true }).waitFor();
    await look("credentials-of-several");
    const form = page.getByRole("region", { name: "money:key" });
    await form.locator('input[name="value"]').fill("billing-key");
    await form.getByRole("button", { name: /^Store/ }).click();
    await page.getByText("The credential is stored").first().waitFor();
    await expect.poll(() => call("money_list_customers"), SOON).toContain("Billing");
    expect(await call("list_customers")).toContain("Shop");
    await call("list_invoices");
    await call("list_orders");
    expect(new Set(shop.keys)).toEqual(new Set(["shop-key"]));
    await expect.poll(() => billing.keys.at(-1), SOON).toBe("billing-key");
    expect(billing.keys).not.toContain("shop-key");
    await page.goto(at(`/tools/${encodeURIComponent("GET money:/customers")}`));
    await page.getByRole("heading", { name: "money_list_customers" }).waitFor();
    await look("tool-of-several");
    const tried = await portico.api<{ outcome: string; request: { url: string } }>(
      "POST",
      `/api/v1/servers/shop/tools/${encodeURIComponent("GET money:/customers")}/try`,
      { from: "api" },
    );
    expect(tried).toMatchObject({ outcome: "ok", request: { url: `${billing.url}/customers` } });
    expect(problems).toEqual([]);
  });

  it("shows each document with its own link, address, watch and what changed in it", async () => {
    await page.goto(at());
    await card("Billing").waitFor();
    await card("Billing").getByText("money", { exact: true }).waitFor();
    await look("overview-of-several", card("Billing"));
    await card("Billing").getByRole("button", { name: "Base URL of Billing" }).click();
    const dialog = page.getByRole("dialog", { name: "Where Billing is called" });
    await dialog.getByLabel("Base URL").fill("https://billing.example.com");
    await look("base-url");
    await dialog.getByRole("button", { name: "Save address" }).click();
    await card("Billing").getByText("https://billing.example.com").waitFor(SOON);
    await card("Billing").getByRole("button", { name: "Base URL of Billing" }).click();
    await dialog.getByLabel("Base URL").fill("");
    await dialog.getByRole("button", { name: "Save address" }).click();
    await card("Billing").getByText("https://billing.example.com").waitFor({ state: "detached" });

    billing.paths = { "/invoices": "list_invoices", "/clients": "list_customers", "/payments": "list_payments" };
    await card("Billing").getByRole("button", { name: "Check for a new version" }).click();
    await page.getByRole("heading", { name: "What changed in Billing" }).waitFor(SOON);
    await page.getByText("money_list_customers").first().waitFor();
    await look("upgrade-of-several");
    await button("Pick all").or(page.getByRole("checkbox").first()).first().check();
    await button("Apply to draft").click();
    await page.getByText("The draft is built from revision 2 now").waitFor(SOON);
    await publishDraft();
    expect(await names()).toEqual([
      ...["list_customers", "list_invoices", "list_orders", "list_payments", "money_list_customers"],
    ]);
    expect(await call("money_list_customers")).toContain("Billing");
    expect(problems).toEqual([]);
  });

  it("has profiles with an address for each", async () => {
    const { id } = await portico.api<{ id: string }>("POST", "/api/v1/servers/shop/profiles", { name: "Staging" });
    await page.goto(at(`/profiles/${id}`));
    await page.getByLabel("Base URL of Billing").fill("https://billing.staging.example.com");
    await button("Add argument").click();
    const row = page.getByRole("group", { name: "Argument limit" });
    expect(await row.getByLabel("Of", { exact: true }).locator("option").allTextContents()).toEqual(
      expect.arrayContaining(["Every tool of Shop that has it (2)", "Every tool of Billing that has it (3)"]),
    );
    await row.getByLabel("Of", { exact: true }).selectOption("Every tool of Billing that has it (3)");
    await row.getByLabel("Value").fill("7");
    await look("profile-of-several", row);
    await button("Save profile").click();
    await page.getByText("The profile is saved").first().waitFor();
    const { settings } = await portico.api<{ settings: object }>("GET", `/api/v1/servers/shop/profiles/${id}`);
    expect(settings).toMatchObject({
      baseUrls: { money: "https://billing.staging.example.com" },
      arguments: [{ argument: "limit", document: "money", mode: "fixed", value: 7 }],
    });
    await portico.api("DELETE", `/api/v1/servers/shop/profiles/${id}`);
    expect(problems).toEqual([]);
  });

  it("has tools of its own that call several of them, and keeps what these need", async () => {
    await page.goto(at("/own-tools"));
    await button("Make a tool").click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("everybody");
    await page.getByRole("textbox", { name: /^Description/ }).fill("Lists the customers of the shop and of billing");
    for (const [step, operation] of [
      ["Step 1", "GET /customers"],
      ["Step 2", "GET money:/clients"],
    ] as const) {
      await button("Add a step").click();
      const region = page.getByRole("region", { name: step });
      await region.getByLabel("Calls").selectOption(operation);
      await region.getByLabel("What limit is").waitFor(SOON);
    }
    await page.getByLabel("Its answer is called").first().fill("shop");
    await page.getByLabel("Its answer is called").last().fill("billing");
    await page.getByLabel("Put together by").fill("[shop.from, billing.from]");
    const trying = page.getByRole("region", { name: "Try it" });
    await trying.getByRole("button", { name: "Run all steps" }).click();
    await trying.getByText('["Shop","Billing"]').first().waitFor(SOON);
    expect(billing.keys.at(-1)).toBe("billing-key");
    expect(shop.keys.at(-1)).toBe("shop-key");
    await look("own-tool-of-several", page.getByRole("region", { name: "Step 2" }));
    await button("Save in the draft").click();
    await page.getByText("2 steps: GET /customers → GET money:/clients").waitFor();
    await page.goto(at());
    await card("Billing").getByRole("button", { name: "Remove Billing" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Billing" });
    await dialog.getByText("A tool of your own calls this API").waitFor(SOON);
    await look("remove-needed");
    await dialog.getByRole("link", { name: "Open own tools" }).waitFor();
    await page.keyboard.press("Escape");
    await portico.api("PATCH", "/api/v1/servers/shop", { composedTools: [] });
    expect(problems).toEqual([]);
  });

  it("lets one go again, once it was said which tools go with it", async () => {
    await page.goto(at());
    await card("Billing").getByRole("button", { name: "Remove Billing" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Billing" });
    await dialog.getByText("money_list_customers").waitFor(SOON);
    await look("remove-document");
    await dialog.getByRole("button", { name: "Remove with 3 tools" }).click();
    await page.getByRole("heading", { name: "Document", exact: true }).waitFor(SOON);
    expect(await call("money_list_customers")).toContain("Billing");
    await page.goto(at("/tools"));
    await publishDraft();
    expect(await names()).toEqual(["list_customers", "list_orders"]);
    await page.goto(at("/credentials"));
    await page.getByRole("heading", { name: "Of documents that were removed" }).waitFor();
    await look("credentials-left");
    await page.getByRole("region", { name: "money:key" }).getByRole("button", { name: "Remove" }).click();
    await button("Remove credential").click();
    await page.getByRole("heading", { name: "Of documents that were removed" }).waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });

  it("can be used by everybody", () => {
    expect(faults).toEqual([]);
  });
});
