import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, openSignedIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;

function documentOf(url: string) {
  const text = { type: "string" };
  return {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    servers: [{ url }],
    paths: {
      "/{tenant}/orders": {
        post: {
          operationId: "addOrder",
          summary: "Add an order",
          parameters: [
            { name: "tenant", in: "path", required: true, schema: text, description: "Whose orders." },
            { name: "limit", in: "query", required: true, schema: { type: "integer", maximum: 100 } },
            { name: "status", in: "query", schema: { ...text, enum: ["open", "closed", "lost"] } },
            { name: "debug", in: "query", schema: { type: "boolean", default: false }, description: "Answers slowly." },
          ],
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["customer"],
                  properties: {
                    customer: {
                      type: "object",
                      description: "Who ordered.",
                      required: ["name"],
                      properties: { name: text, status: text },
                    },
                    note: { ...text, description: "What the packer has to know." },
                  },
                },
              },
            },
          },
          responses: { 200: { description: "ok" } },
        },
      },
    },
  };
}

describe.skipIf(!chromiumPath)("the parameters of a tool", () => {
  let portico: Portico;
  let recorder: Recorder;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  const problems: string[] = [];

  beforeAll(async () => {
    recorder = await startRecorder();
    portico = await startPortico();
    const source = { content: JSON.stringify(documentOf(recorder.url)) };
    ({
      server: { mcpUrl },
    } = await publish(portico, { source, slug: "orders" }));
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await recorder?.stop();
  });

  /** Connected to this version: the gateway hears of it within a second. */
  async function connect(version: string): Promise<Client> {
    const client = new Client({ name: "story", version: "1" }, { versionNegotiation: { mode: "auto" } });
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit }));
    if (client.getServerVersion()?.version === version) return client;
    await client.close();
    return connect(version);
  }
  const section = () => page.getByRole("region", { name: "Parameters" }).filter({ visible: true });
  const row = (name: string) => section().getByRole("button", { name: new RegExp(`^${name}\\b`) });
  const fields = (key: string) => section().getByRole("group", { name: `Parameter ${key}`, exact: true });
  const fill = async (key: string, words: RegExp) => {
    const option = fields(key).getByLabel("Filled in by").getByRole("option", { name: words });
    await fields(key)
      .getByLabel("Filled in by")
      .selectOption((await option.getAttribute("value")) ?? "");
  };
  /** Nothing waits to be saved: what was typed last is left first. */
  const saved = async () => {
    await section().getByRole("heading").click();
    await page
      .getByRole("status")
      .filter({ hasText: /^Saved$/, visible: true })
      .waitFor();
  };
  const openEditor = async () => {
    await page.goto(`${portico.url}/servers/orders/tools`);
    await page.getByText("addOrder").filter({ visible: true }).first().click();
    await section().waitFor();
  };
  /** Both widths and both themes, and what axe finds in each. */
  async function look(name: string): Promise<string[]> {
    const faults: string[] = [];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await openEditor();
        await section().getByRole("heading").scrollIntoViewIfNeeded();
        await row("note").scrollIntoViewIfNeeded();
        if (picturesDir)
          await page.screenshot({ path: path.join(picturesDir, `${name}-rows-${width}-${colorScheme}.png`) });
        await row("most").click();
        await row("status").click();
        await fields("limit").scrollIntoViewIfNeeded();
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(isWide, `${name} at ${width}`).toBe(false);
        faults.push(...(await accessibilityFaults(page)));
        if (picturesDir) await page.screenshot({ path: path.join(picturesDir, `${name}-${width}-${colorScheme}.png`) });
      }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await openEditor();
    return faults;
  }

  it("are edited with the keyboard, published, seen by a client, and reach the API as it wants them", async () => {
    await openEditor();
    const faults = await accessibilityFaults(page);
    await row("tenant").press("Enter");
    await fill("tenant", /always the same/);
    await fields("tenant").getByRole("textbox", { name: "Value" }).fill("s3cret-tenant");

    await row("limit").press("Enter");
    await fill("limit", /else a default/);
    await fields("limit").getByLabel("Default", { exact: true }).fill("500");
    await fields("limit").getByLabel("Name that the model sees").fill("most");
    await fields("limit").getByLabel("What it is").fill("How many lines at most.");

    await row("status").press("Space");
    await fields("status").getByRole("checkbox", { name: "lost" }).press("Space");
    await fields("status").getByRole("checkbox", { name: "closed" }).press("Space");

    await row("debug").press("Enter");
    await fill("debug", /hidden and not sent/);

    await row("customer").press("Enter");
    await fill("customer", /one property at a time/);
    await row("note").press("Enter");
    await fields("note").getByLabel("What it is").fill("Changed by mistake.");
    await fields("note")
      .getByRole("button", { name: /reset to document/i })
      .press("Enter");
    expect(await fields("note").getByLabel("What it is").inputValue()).toBe("What the packer has to know.");

    // What cannot be is said beside the field; the rest is saved.
    await section()
      .getByText(/"limit" cannot be 500: .*<= 100/)
      .waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await fields("limit").getByLabel("Default", { exact: true }).fill("20");
    await saved();
    await page.getByText(/not published yet: 1 tool edited/i).waitFor();
    await section()
      .getByText(/the model sees 5 of 7/i)
      .waitFor();

    expect(await portico.api("GET", "/api/v1/servers/orders/tools/POST%20%2F%7Btenant%7D%2Forders")).toMatchObject({
      patch: {
        parameters: {
          tenant: { fixed: { value: "s3cret-tenant" } },
          limit: { default: { value: 20 }, name: "most", description: "How many lines at most." },
          status: { values: ["open"] },
          debug: { hidden: true },
          customer: { flatten: true },
        },
      },
    });
    faults.push(...(await look("parameters")));

    await page.getByRole("button", { name: /publish changes/i }).click();
    await page.getByRole("button", { name: /^publish 1 tool$/i }).click();
    await page
      .getByText(/version 2 is served/i)
      .first()
      .waitFor();
    const client = await connect("2");
    const { tools } = await client.listTools();
    expect(JSON.stringify(tools)).not.toContain("s3cret");
    const [tool] = tools;
    expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual([
      "most",
      "status",
      "name",
      "customer_status",
      "note",
    ]);
    expect(tool?.inputSchema.required).toEqual(["name"]);
    await client.callTool({ name: "addOrder", arguments: { name: "Ada", customer_status: "vip", status: "open" } });
    expect(recorder.requests.at(-1)).toMatchObject({
      method: "POST",
      url: "/s3cret-tenant/orders?limit=20&status=open",
      body: '{"customer":{"name":"Ada","status":"vip"}}',
    });
    const before = recorder.requests.length;
    const refused = await client.callTool({ name: "addOrder", arguments: { name: "Ada", status: "closed" } });
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toMatch(/status.*expected one of/);
    expect(recorder.requests.length).toBe(before);
    await client.close();

    // Back to what the document says, one parameter alone.
    await openEditor();
    await row("status").click();
    await fields("status")
      .getByRole("button", { name: /reset to document/i })
      .click();
    await saved();
    const { patch } = await portico.api<{ patch: { parameters: object } }>(
      "GET",
      "/api/v1/servers/orders/tools/POST%20%2F%7Btenant%7D%2Forders",
    );
    expect(Object.keys(patch.parameters).sort()).toEqual(["customer", "debug", "limit", "tenant"]);
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });
});
