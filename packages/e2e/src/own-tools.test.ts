import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, signIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;

/** A shop that has to be asked for the customer first and for each order after. */
const asked: string[] = [];
const shop = http.createServer((request, response) => {
  asked.push(request.url ?? "");
  const url = new URL(request.url ?? "", "http://shop");
  response.setHeader("content-type", "application/json");
  if (url.pathname === "/customers")
    return response.end(JSON.stringify([{ id: 7, name: `${url.searchParams.get("q")} Lovelace`, orders: [71, 72] }]));
  const number = Number(url.pathname.split("/").at(-1));
  response.end(JSON.stringify({ number, total: number * 10, lines: ["a", "b"] }));
});

describe.skipIf(!chromiumPath)("a builder makes a tool of several calls", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
    portico = await startPortico();
    const answer = { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Shop", version: "1" },
      servers: [{ url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}` }],
      paths: {
        "/customers": {
          get: {
            operationId: "findCustomers",
            parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
            responses: answer,
          },
        },
        "/orders/{number}": {
          get: {
            operationId: "readOrder",
            parameters: [{ name: "number", in: "path", required: true, schema: { type: "integer" } }],
            responses: answer,
          },
        },
      },
    };
    ({
      server: { mcpUrl },
    } = await publish(portico, { source: { content: JSON.stringify(document) }, slug: "shop" }));
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await signIn(page, portico.url);
  });
  afterAll(async () => {
    await browser?.close();
    shop.close();
    await portico?.stop();
  });

  /** The page at both widths and in both themes: nothing runs out of it, and axe finds nothing. */
  async function look(name: string): Promise<void> {
    for (const [width, height] of [
      [390, 844],
      [1280, 900],
    ] as const)
      for (const colorScheme of ["dark", "light"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(isWide, `${name} at ${width}`).toBe(false);
        faults.push(...(await accessibilityFaults(page)));
        if (picturesDir)
          await page.screenshot({
            path: path.join(picturesDir, `${name}-${width}-${colorScheme}.png`),
            fullPage: true,
          });
      }
  }

  it("step by step, and sees what each of them finds", async () => {
    await page.goto(`${portico.url}/servers/shop/own-tools`);
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: "Make a tool" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("totals_of_a_customer");
    await page
      .getByRole("textbox", { name: /^Description/ })
      .first()
      .fill("What the orders of a customer come to.");
    await page.getByRole("button", { name: "Add an input" }).click();
    await page.getByLabel("Name of input 1").fill("name");

    const [first, second] = ["Step 1", "Step 2"].map((name) => page.getByRole("region", { name }));
    if (!first || !second) throw new Error("There are two steps.");
    await page.getByRole("button", { name: "Add a step" }).click();
    await first.getByLabel("Calls").selectOption("GET /customers");
    await first.getByLabel("What q is").selectOption("from");
    await first.getByLabel("Where q comes from").fill("input.name");
    await page.getByRole("button", { name: "Add a step" }).click();
    await second.getByLabel("Calls").selectOption("GET /orders/{number}");
    await second.getByLabel("For each item of").fill("customers[0].orders");
    await second.getByLabel("What number is").selectOption("from");
    await second.getByLabel("Where number comes from").fill("item");
    await page.getByLabel("Put together by").fill("{customer: customers[0].name, totals: orders[].total}");

    const trying = page.getByRole("region", { name: "Try it" });
    await trying.getByRole("textbox").first().fill("Ada");
    await trying.getByRole("button", { name: "Run all steps" }).click();
    await trying.getByText('{"customer":"Ada Lovelace","totals":[710,720]}').waitFor();
    await trying.getByText("2 calls").waitFor();
    const [, orders] = await trying.getByRole("list", { name: "Steps of the call" }).locator("> li").all();
    await orders?.getByText(/\/orders\/72/).click();
    const call = orders?.getByRole("region", { name: "A call of orders" }).filter({ visible: true });
    await call?.getByRole("tab", { name: "What was sent" }).click();
    await call?.getByRole("button", { name: "Copy as curl" }).waitFor();
    await call?.getByRole("tab", { name: "From the API" }).click();
    await call?.getByText('"total": 720').waitFor();
    // Calls for the items of a list are under way together.
    expect(asked.toSorted()).toEqual(["/customers?q=Ada", "/orders/71", "/orders/72"]);
    await look("own-tool-editor");
  });

  it("is told beside the field what is wrong", async () => {
    const [first] = [page.getByRole("region", { name: "Step 1" })];
    await first.getByLabel("Its answer is called").fill("input");
    await page.getByRole("button", { name: "Save in the draft" }).click();
    await page
      .getByText(/means something else/)
      .first()
      .waitFor();
    await first.getByLabel("Its answer is called").fill("customers");
    await page.getByRole("button", { name: "Save in the draft" }).click();
    await page.getByText("2 steps: GET /customers → GET /orders/{number}, for each").waitFor();
  });

  it("publishes it, and a client gets it all with one call", async () => {
    await page.getByRole("button", { name: "Publish changes" }).click();
    // What it changes for clients is shown first.
    await page.getByRole("dialog").getByText("totals_of_a_customer").first().waitFor();
    await page.getByRole("button", { name: /^Publish \d+ tools?$/ }).click();
    await page
      .getByText(/Version 2 is served/)
      .first()
      .waitFor();
    const client = new Client({ name: "story", version: "1" });
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit }));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("totals_of_a_customer");
    const result = await client.callTool({ name: "totals_of_a_customer", arguments: { name: "Grace" } });
    await client.close();
    expect(result.structuredContent).toEqual({ customer: "Grace Lovelace", totals: [710, 720] });
  });

  it("is tried like any other, as a profile, drafted or published", async () => {
    const fixed = { argument: "q", operation: "GET /customers", mode: "fixed", value: "Mary" };
    await portico.api("POST", "/api/v1/servers/shop/profiles", { name: "Mary’s", settings: { arguments: [fixed] } });
    await page.goto(`${portico.url}/servers/shop/try`);
    await page
      .getByRole("navigation", { name: "Tools" })
      .getByRole("link", { name: /totals_of_a_customer/ })
      .click();
    const form = page.getByRole("form", { name: "Try totals_of_a_customer" });
    await form.getByLabel("Tool as").selectOption("published");
    await form.getByLabel("With the profile").selectOption("Mary’s");
    await form.getByRole("textbox").first().fill("Ada");
    await form.getByRole("button", { name: "Run all steps" }).click();
    await page.getByText('{"customer":"Mary Lovelace","totals":[710,720]}').waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("as")).toBe("published");
    await look("own-tool-try");
    // The document has no examples of its orders, so what is made up of its schema is an object.
    const before = asked.length;
    await form.getByLabel("Answers from").selectOption("example");
    await form.getByRole("button", { name: "Run all steps" }).click();
    await page
      .getByRole("tab", { name: "What would be sent", includeHidden: true })
      .first()
      .waitFor({ state: "attached" });
    expect(asked).toHaveLength(before);
  });

  it("says so when a tool is gone, and leads on", async () => {
    for (const [tool, link] of [
      ["GET /nothing", "See the tools of the draft"],
      ["COMPOSED nothing", "See the own tools"],
    ] as const) {
      await page.goto(`${portico.url}/servers/shop/try?tool=${encodeURIComponent(tool)}`);
      await page.getByText("This tool is gone").waitFor();
      await page.getByRole("link", { name: link }).waitFor();
    }
    await look("tool-gone");
    await page.goto(`${portico.url}/servers/shop/tools/${encodeURIComponent("GET /nothing")}`);
    await page.getByText("This tool is gone").waitFor();
    await page.getByRole("link", { name: "See the tools of the draft" }).click();
    await page.waitForURL(/\/tools$/);
    await page.goto(`${portico.url}/servers/shop/own-tools`);
  });

  it("deletes it, and takes that back", async () => {
    await page.getByRole("button", { name: "Delete tool totals_of_a_customer" }).click();
    await page.getByText("No tools of your own yet").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("2 steps: GET /customers").waitFor();
  });

  it("made no mistake on the way", () => {
    expect(problems).toEqual([]);
    expect(faults).toEqual([]);
  });
});
