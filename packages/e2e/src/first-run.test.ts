import fs from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium } from "./chromium.ts";
import { type Portico, startPortico } from "./portico.ts";
import { oauthProvider, startCallback } from "./sdk-client.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;
const CLICKS_MAX = 6;
const SECONDS_WANTED = 60;
const owner = { name: "Ada Lovelace", email: "ada@example.com", password: "correct horse battery" };

/** Runs in every page: tells of each press of the mouse, and of each field that something was put into. */
const COUNT = `
  document.addEventListener("click", ({ isTrusted, detail }) => isTrusted && detail > 0 && counted("click", ""), true);
  document.addEventListener("input", ({ isTrusted, target }) => isTrusted && counted("field", location.pathname + " " + target.name), true);`;

const parcels = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Parcels", version: "1" },
  servers: [{ url: "https://parcels.example.com" }],
  paths: { "/parcels": { get: { summary: "Read parcels", responses: {} } } },
});

/** One tab too many; with spaces in its place, a parameter that has no name. */
const BROKEN_YAML = `openapi: 3.1.0
info: {title: Parcels, version: "1"}
servers: [{url: "https://parcels.example.com"}]
paths:
  /parcels:
    get:
\toperationId: listParcels
      summary: Read parcels
      parameters:
        - in: query
      responses: {"200": {description: ok}}
`;

describe.skipIf(!chromiumPath)("the first run", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let clicks = 0;
  const fields = new Set<string>();
  const problems: string[] = [];

  beforeAll(async () => {
    // Only the bundled sample is open: what `npm start` opens on a laptop.
    portico = await startPortico({ isFresh: true, env: { PORTICO_EGRESS_ALLOW: "" } });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await context.newPage();
    await page.exposeFunction("counted", (what: "click" | "field", name: string) => {
      if (what === "click") clicks += 1;
      else fields.add(name);
    });
    await page.addInitScript(COUNT);
    page.on("pageerror", (error) => problems.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  const press = (name: RegExp) => page.getByRole("button", { name }).first().click();
  /** As somebody who has copied it elsewhere. */
  const paste = async (text: string) => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.keyboard.press("Control+v");
  };
  /** Of the field that the keyboard is in when a page has come. */
  const isLinkField = () =>
    page.getByLabel("Link to an OpenAPI document").evaluate((field) => field === document.activeElement);

  it("is from the printed link to a called tool a matter of one field after signing up, and few clicks", async () => {
    const sampleUrl = `http://127.0.0.1:${fs.readFileSync(path.join(portico.dataDir, "sample.port"), "utf8").trim()}/openapi.json`;
    const startedAt = performance.now();
    await page.goto(/http\S+\/setup#\S+/.exec(portico.output())?.[0] ?? "");
    await page.getByLabel(/your name/i).fill(owner.name);
    await page.getByLabel(/e-mail/i).fill(owner.email);
    await page
      .getByLabel(/password/i)
      .first()
      .fill(owner.password);
    await press(/create the owner/i);
    await page.waitForURL(`${portico.url}/`);
    const signedUpAt = performance.now();

    await expect.poll(isLinkField).toBe(true);
    await paste(sampleUrl);
    await press(/read document/i);
    await page.waitForURL(/\/documents\//);
    await press(/^publish \d+ tools$/i);
    await page.waitForURL(/\/servers\/[^/]+$/);
    const publishedAt = performance.now();

    const callback = await startCallback();
    const opened: URL[] = [];
    const authProvider = oauthProvider(callback.url, (url) => opened.push(url));
    const mcpUrl = new URL(await page.getByLabel("Server URL").inputValue());
    const transport = () => new StreamableHTTPClientTransport(mcpUrl, { authProvider });
    const identity = { name: "first-client", version: "1.0.0" };
    const first = transport();
    await expect(new Client(identity).connect(first)).rejects.toThrow(/unauthorized/i);
    await page.goto(opened[0]?.href ?? "");
    await press(/^connect story client to /i);
    await first.finishAuth(await callback.code);
    callback.stop();
    const client = new Client(identity);
    await client.connect(transport());
    const { structuredContent } = await client.callTool({ name: "listTours", arguments: { kind: "kayak" } });
    expect(structuredContent).toMatchObject({ result: [{ id: "canal-kayak" }] });
    const calledAt = performance.now();
    await client.close();

    const seconds = (from: number, to: number) => ((to - from) / 1_000).toFixed(1);
    const asked = [...fields].filter((name) => !name.startsWith("/setup "));
    console.log(
      `First run to first call: ${seconds(startedAt, calledAt)} s (wanted: ${SECONDS_WANTED}), of which signing up ${seconds(startedAt, signedUpAt)}, ` +
        `link to server ${seconds(signedUpAt, publishedAt)}, connecting and calling ${seconds(publishedAt, calledAt)}; ` +
        `${clicks} clicks, ${fields.size - asked.length} fields to sign up and ${asked.length} after.`,
    );
    expect(asked).toEqual(["/ url"]);
    expect([...fields].filter((name) => name.startsWith("/setup ")).sort()).toEqual([
      "/setup email",
      "/setup name",
      "/setup password",
    ]);
    expect(clicks).toBeGreaterThan(0);
    expect(clicks).toBeLessThanOrEqual(CLICKS_MAX);
    expect(problems).toEqual([]);
  });

  it("takes a dropped file, a pasted text and a pasted command as well as a link", async () => {
    const picker = async (title: string) => {
      await page.waitForURL(/\/documents\//);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page.getByRole("button", { name: "Publish 1 tool", exact: true }).waitFor();
    };
    const field = page.getByRole("region", { name: "Import a document" });
    const begin = async () => {
      await page.goto(`${portico.url}/new`);
      await expect.poll(isLinkField).toBe(true);
    };

    await begin();
    const dataTransfer = await page.evaluateHandle((text) => {
      const carried = new DataTransfer();
      carried.items.add(new File([text], "parcels.json", { type: "application/json" }));
      return carried;
    }, parcels);
    await field.dispatchEvent("dragover", { dataTransfer });
    await field.dispatchEvent("drop", { dataTransfer });
    await picker("Parcels");

    await begin();
    await paste(parcels);
    await page.getByLabel(/text of a document/i).waitFor();
    await press(/read document/i);
    await picker("Parcels");

    await begin();
    await paste("curl -H 'Accept: application/json' 'https://orders.example.com/orders?limit=10'");
    expect(await page.getByLabel(/text of a document/i).inputValue()).toMatch(/^curl -H/);
    await press(/read document/i);
    await picker("orders.example.com");
    expect(await page.getByRole("treeitem", { name: /orders/ }).count()).toBeGreaterThan(0);

    // What is no document is said to be none, with the way back to the field.
    await begin();
    await paste("{\n  this is no document");
    await press(/read document/i);
    await page.getByText("The document could not be imported").waitFor();
    await page.getByText(/Line 2, column 3: The document is not valid JSON: .+ double quotes/).waitFor();
    await page.getByRole("group", { name: "The document around line 2" }).getByText("this is no document").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Change it and try again" }).click();
    await page.waitForURL(`${portico.url}/new`);
    // Nothing of what was typed is lost, until it was read.
    const kept = page.getByLabel(/text of a document/i);
    expect(await kept.inputValue()).toBe("{\n  this is no document");
    await kept.fill(parcels);
    await press(/read document/i);
    await picker("Parcels");
    await begin();
    expect(await page.getByLabel("Link to an OpenAPI document").inputValue()).toBe("");
    expect(problems).toEqual([]);
  });

  it("says in which line a document cannot be read, and shows it", async () => {
    await page.goto(`${portico.url}/new`);
    await paste(BROKEN_YAML);
    await press(/read document/i);
    await page.getByText(/^Line 7, column 1: The document is not valid YAML: a tab stands/).waitFor();
    const around = page.getByRole("group", { name: "The document around line 7" });
    expect(await around.getByRole("rowheader").allTextContents()).toEqual(["5", "6", "7", "8"]);
    await looks("import-broken", async () => {});

    // What leaves the rest usable is told beside the tool that it is about.
    await page.goto(`${portico.url}/new`);
    await paste(BROKEN_YAML.replaceAll("\t", "      "));
    await press(/read document/i);
    await page.waitForURL(/\/documents\//);
    await page.getByText("1 with limits", { exact: false }).click();
    await page.getByText("Line 10, column 11", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: /parcels.*A parameter has no name/is }).click();
    const quoted = page.getByRole("group", { name: "The document around line 10" }).filter({ visible: true }).first();
    await quoted.getByText("in: query").waitFor();
    await looks("picker-remark", async () => {});
    expect(problems).toEqual([]);
  });

  /** Pictures of a page as it is, and what axe finds on it. */
  const looks = async (name: string, open: () => Promise<unknown>) => {
    const faults: string[] = [];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await open();
        faults.push(...(await accessibilityFaults(page)));
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(isWide, `${name} at ${width}`).toBe(false);
        if (picturesDir) await page.screenshot({ path: path.join(picturesDir, `${name}-${width}-${colorScheme}.png`) });
      }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    expect(faults).toEqual([]);
  };

  it("can be used by everybody, wide and narrow, in light and dark", async () => {
    const faults: string[] = [];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${portico.url}/new`);
        await page.getByRole("button", { name: /paste text/i }).waitFor();
        faults.push(...(await accessibilityFaults(page)));
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(isWide, `at ${width}`).toBe(false);
        if (picturesDir)
          await page.screenshot({ path: path.join(picturesDir, `first-run-new-${width}-${colorScheme}.png`) });
      }
    expect(faults).toEqual([]);
  });
});
