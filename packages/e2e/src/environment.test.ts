import fs from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import { connect } from "./sdk-client.ts";

const KEY = "sk-canary-of-the-environment";

describe.skipIf(!chromiumPath)("values that whoever runs Portico sets in its environment", () => {
  let portico: Portico;
  let api: Recorder;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  const problems: string[] = [];
  const seen: string[] = [];

  beforeAll(async () => {
    api = await startRecorder();
    portico = await startPortico({ env: { PORTICO_VALUE_SHOP_KEY: KEY, PORTICO_VALUE_SHOP_REGION: "north" } });
    const content = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Shop", version: "1" },
      servers: [{ url: `${api.url}/{region}`, variables: { region: { default: "south" } } }],
      security: [{ key: [] }],
      paths: { "/items": { get: { operationId: "listItems", responses: { 200: { description: "ok" } } } } },
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    });
    mcpUrl = (await publish(portico, { source: { content }, slug: "shop", select: "all" })).server.mcpUrl;
    ({ browser, page } = await openSignedIn(portico.url, problems));
    page.on("response", async (response) => seen.push(await response.text().catch(() => "")));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await api?.stop();
  });

  /** What reached the API by the next call of a client. */
  async function call() {
    const client = await connect(mcpUrl);
    seen.push(JSON.stringify(await client.callTool({ name: "listItems", arguments: {} })));
    await client.close();
    const { url, headers } = api.requests.at(-1) ?? {};
    return { url, key: headers?.["x-key"] };
  }

  it("the owner chooses one for a credential by its name, and calls are made with it", async () => {
    await page.goto(`${portico.url}/servers/shop/credentials`);
    await page.getByLabel("What you have").selectOption({ label: "A value in the environment" });
    await page.getByLabel("Value").selectOption({ label: "PORTICO_VALUE_SHOP_KEY" });
    expect(await lookAround(page, "environment-credential")).toEqual([]);
    await page.getByRole("button", { name: "Store reference" }).click();
    await page.getByText("from PORTICO_VALUE_SHOP_KEY").waitFor();
    expect(await lookAround(page, "environment-credential-set")).toEqual([]);
    await expect.poll(call, { timeout: 5_000 }).toEqual({ url: "/south/items", key: KEY });
  });

  it("and one for a part of the address in a profile", async () => {
    const { id } = await portico.api<{ id: string }>("POST", "/api/v1/servers/shop/profiles", { name: "North" });
    await page.goto(`${portico.url}/servers/shop/profiles/${id}`);
    await page.getByRole("button", { name: "Store the value of region" }).click();
    await page.getByLabel("Where it is").selectOption({ label: "PORTICO_VALUE_SHOP_REGION" });
    expect(await lookAround(page, "environment-profile")).toEqual([]);
    await page.getByRole("button", { name: "Store value" }).click();
    await page.getByText("from PORTICO_VALUE_SHOP_REGION").waitFor();
    // The server's own credential was stored for the same origin.
    await expect.poll(call, { timeout: 5_000 }).toEqual({ url: "/north/items", key: KEY });
  });

  it("the value itself stands in no page, answer or log", async () => {
    const { items, references } = await portico.api<{ items: unknown; references: string[] }>(
      "GET",
      "/api/v1/servers/shop/credentials",
    );
    expect(references).toEqual(["SHOP_KEY", "SHOP_REGION"]);
    seen.push(JSON.stringify(items), await page.content(), portico.output());
    await page.goto(`${portico.url}/settings/audit-log`);
    seen.push(await page.content());
    const logs = path.join(portico.dataDir, "logs");
    for (const name of fs.readdirSync(logs)) seen.push(fs.readFileSync(path.join(logs, name), "utf8"));
    expect(seen.join("\n")).toContain("SHOP_KEY");
    expect(seen.join("\n")).not.toContain(KEY);
    expect(problems).toEqual([]);
  });
});
