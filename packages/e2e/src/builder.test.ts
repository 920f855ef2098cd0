import http from "node:http";
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround, signIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";

/** An API that says which order was asked for. */
async function startOrders(): Promise<{ url: string; stop: () => void }> {
  const server = http.createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ order: request.url?.split("/").at(-1), state: "packed" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

/** One pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

describe.skipIf(!chromiumPath)("a builder", () => {
  let portico: Portico;
  let orders: Awaited<ReturnType<typeof startOrders>>;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    orders = await startOrders();
    portico = await startPortico();
    const document = {
      openapi: "3.1.0",
      info: { title: "Orders", version: "1" },
      servers: [{ url: orders.url }],
      paths: {
        "/orders/{number}": {
          get: {
            summary: "Read one order",
            parameters: [{ name: "number", in: "path", required: true, schema: { type: "string" } }],
            responses: { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } },
          },
        },
      },
    };
    ({
      server: { mcpUrl },
    } = await publish(portico, { source: { content: JSON.stringify(document) }, slug: "orders" }));
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await signIn(page, portico.url);
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    orders?.stop();
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
  const press = (name: RegExp) => page.getByRole("button", { name }).first().press("Enter");
  const look = async () => {
    faults.push(...(await accessibilityFaults(page)));
  };

  it("writes prompts and resources with the keyboard, publishes, and a client lists, completes, gets and reads them", async () => {
    await page.goto(`${portico.url}/servers/orders/prompts`);
    await page.getByText("No prompts yet").waitFor();
    await look();

    await press(/begin with nothing/i);
    await press(/save in the draft/i);
    // The service says what is missing, beside the fields.
    await page.getByText(/use 1 to 64 letters/i).waitFor();
    await page.getByText(/write what is said/i).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-invalid"))).toBe("true");
    await look();
    await page.keyboard.type("explain");
    await page.getByLabel("Text of message 1").fill("Explain to a {{reader}} what the state of an order means.");
    await press(/add argument reader/i);
    await page.getByLabel("What to fill in").fill("Who asks");
    await page.getByLabel("Values to offer").fill("customer\ncourier\ncolleague");
    await page.getByLabel("Has to be filled in").press("Space");
    const preview = page.getByRole("region", { name: "Preview" });
    await preview.getByLabel("reader").fill("courier");
    const shown = "Explain to a courier what the state of an order means.";
    await preview.getByText(shown).waitFor();
    await look();
    await press(/save in the draft/i);
    await page.getByRole("button", { name: "Edit prompt explain" }).waitFor();

    await press(/begin with nothing/i);
    await page.getByLabel("Name").fill("order");
    await page.getByRole("radio", { name: /what the api answers/i }).press("Space");
    await page.getByRole("combobox", { name: "GET operation" }).fill("GET /orders/{number}");
    await page.getByText("The address needs {number}.").waitFor();
    await press(/save in the draft/i);
    await page.getByText(/write \{number\} where it belongs in the address/i).waitFor();
    await press(/address from its path/i);
    expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("orders://orders/{number}");
    await look();
    await press(/save in the draft/i);
    await press(/add a resource/i);
    await page.getByLabel("Name").fill("rules");
    await page.getByLabel("Address", { exact: true }).fill("orders://rules");
    await page.getByLabel("Text", { exact: true }).fill("Packed orders leave the same day.");
    await press(/save in the draft/i);
    await page.getByText("changed prompts, resources").waitFor();

    // Deleted by mistake, and back.
    await press(/delete prompt explain/i);
    await page.getByText("No prompts yet").waitFor();
    await press(/undo/i);
    await page.getByRole("button", { name: "Edit prompt explain" }).waitFor();
    await look();

    await press(/publish changes/i);
    await press(/^publish 1 tool$/i);
    await page
      .getByText(/version 2 is served/i)
      .first()
      .waitFor();

    const client = await connect("2");
    expect((await client.listPrompts()).prompts).toEqual([
      { name: "explain", arguments: [{ name: "reader", description: "Who asks", required: true }] },
    ]);
    const { completion } = await client.complete({
      ref: { type: "ref/prompt", name: "explain" },
      argument: { name: "reader", value: "co" },
    });
    expect(completion.values).toEqual(["courier", "colleague"]);
    const { messages } = await client.getPrompt({ name: "explain", arguments: { reader: "courier" } });
    expect(messages).toEqual([{ role: "user", content: { type: "text", text: shown } }]);
    expect((await client.listResources()).resources).toMatchObject([{ uri: "orders://rules", name: "rules" }]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([
      { uriTemplate: "orders://orders/{number}", name: "order" },
    ]);
    expect((await client.readResource({ uri: "orders://rules" })).contents).toMatchObject([
      { text: "Packed orders leave the same day." },
    ]);
    const { contents } = await client.readResource({ uri: "orders://orders/17" });
    expect(JSON.stringify(contents)).toContain("packed");
    expect(JSON.stringify(contents)).toContain("17");
    await client.close();
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is told when somebody else changed the same prompt, and loses nothing", async () => {
    await page.goto(`${portico.url}/servers/orders/prompts`);
    await press(/edit prompt explain/i);
    await page.getByLabel("Description", { exact: true }).fill("Mine");
    const [prompt] = (await portico.api<{ prompts: object[] }>("GET", "/api/v1/servers/orders")).prompts;
    const theirs = { ...prompt, description: "Theirs" };
    const other = { name: "other", messages: [{ role: "user", text: "Hi" }] };
    await portico.api("PATCH", "/api/v1/servers/orders", { prompts: [theirs, other] });
    await press(/save in the draft/i);
    await page.getByText(/somebody else changed or deleted this prompt/i).waitFor();
    await page.getByRole("button", { name: /show theirs/i }).click();
    expect(await page.getByLabel("Description", { exact: true }).inputValue()).toBe("Theirs");
    await page.getByLabel("Description", { exact: true }).fill("Ours");
    await press(/save in the draft/i);
    await page.getByRole("button", { name: "Edit prompt other" }).waitFor();
    const { prompts } = await portico.api<{ prompts: object[] }>("GET", "/api/v1/servers/orders");
    expect(prompts).toEqual([{ ...theirs, description: "Ours" }, other]);
    expect(problems).toEqual([]);
  });

  it("gives the server a picture, and clients get it with the next version", async () => {
    faults.length = 0;
    await page.goto(`${portico.url}/servers/orders/settings`);
    const file = page.locator("input[type=file]");
    await file.setInputFiles({ name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(40_000) });
    await page.getByText(/big\.png has 40 KB; an icon may have at most 32 KB/).waitFor();
    await file.setInputFiles({ name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html>") });
    await page.getByText("An uploaded picture").waitFor();
    await press(/save settings/i);
    await page.getByText(/this is no png, jpeg or svg file/i).waitFor();
    await file.setInputFiles({ name: "icon.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") });
    await press(/save settings/i);
    await page.getByText("The settings are saved").first().waitFor();
    await look();
    await portico.api("POST", "/api/v1/servers/orders/publish");
    const client = await connect("3");
    // There is no https here, so the picture itself is told.
    expect(client.getServerVersion()?.icons).toEqual([{ src: `data:image/png;base64,${PNG}`, mimeType: "image/png" }]);
    await client.close();
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("adds pages from files, has models search them, and a client finds the passage", async () => {
    faults.length = 0;
    await page.goto(`${portico.url}/servers/orders/prompts`);
    const files = page.getByLabel("Text files to add as pages");
    const page1 =
      "# Returns\n\nParcels come back free of charge within thirty days.\n\n# Lost parcels\n\nTell the courier, who looks for them.";
    const text = (name: string, body: string | Buffer) => ({
      name,
      mimeType: "text/markdown",
      buffer: Buffer.from(body),
    });
    await files.setInputFiles([text("Handbook.md", page1), text("picture.txt", Buffer.from([0x89, 0xff]))]);
    await page.getByText(/Nothing was added\. picture\.txt is not a text file/).waitFor();
    await files.setInputFiles([text("Handbook.md", page1), text("Prices.txt", "A parcel costs five euros.")]);
    await page.getByText("Added 2 pages to the draft").first().waitFor();
    await page.getByText("orders://pages/handbook").waitFor();
    await page.getByText(/Models do not search in them yet/).waitFor();
    await press(/let models search them/i);
    await page.getByText(/Models find passages in the 3 texts above/).waitFor();
    faults.push(...(await lookAround(page, "pages")));
    await portico.api("POST", "/api/v1/servers/orders/publish");
    const client = await connect("4");
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("search_texts");
    const found = await client.callTool({ name: "search_texts", arguments: { query: "send a parcel back", limit: 1 } });
    expect(JSON.stringify(found.content)).toContain("free of charge within thirty days");
    await client.close();
    await press(/stop searching them/i);
    await page.getByText(/Models do not search in them yet/).waitFor();
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });
});
