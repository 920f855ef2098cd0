import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, openSignedIn } from "./chromium.ts";
import { connectClient, type McpClient } from "./clients.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;

/** A slow machine has to write and to draw. */
const SOON = { timeout: 20_000 };

const answers = { responses: { 200: { description: "ok" } } };
const shelf = {
  openapi: "3.1.0",
  info: { title: "Shelf", version: "1" },
  paths: {
    "/books": { get: { operationId: "listBooks", summary: "Lists all books", ...answers } },
    "/books/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
      get: { operationId: "getBook", summary: "Reads one book", ...answers },
    },
    "/secret": { get: { operationId: "readSecret", summary: "Reads what needs a right", ...answers } },
  },
};
/** What a spreadsheet would run, if it were not defused. */
const HOSTILE = '=HYPERLINK("http://evil.example")';

describe.skipIf(!chromiumPath)("the activity of a server", () => {
  let portico: Portico;
  let recorder: Recorder;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  let claude: McpClient;
  let hostile: McpClient;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    [portico, recorder] = await Promise.all([startPortico(), startRecorder()]);
    recorder.answer = ({ url }) => ({
      status: url === "/secret" ? 401 : url === "/books/500" ? 500 : 200,
      body: { asked: url },
    });
    const source = { content: JSON.stringify(shelf) };
    const { server } = await publish(portico, { source, slug: "shelf", select: "all", baseUrl: recorder.url });
    mcpUrl = server.mcpUrl;
    claude = await connectClient("client, auto", server.mcpUrl, apiKey, { name: "claude-e2e" });
    hostile = await connectClient("sdk 1.x", server.mcpUrl, apiKey, { name: HOSTILE });
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await Promise.all([claude?.close(), hostile?.close()]);
    await browser?.close();
    await Promise.all([portico?.stop(), recorder?.stop()]);
  });

  const activity = () => `${portico.url}/servers/shelf/activity`;
  const rows = () => page.getByRole("table", { name: "Calls", exact: true }).locator("tbody tr");
  const search = () => new URL(page.url()).search;
  const dialog = () => page.getByRole("dialog");
  const see = (text: string | RegExp) => page.getByRole("main").getByText(text).filter({ visible: true }).first();

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
            fullPage: !(await dialog().isVisible()),
          });
      }
  }

  it("shows calls as they come, and why they failed", async () => {
    await page.goto(activity());
    await see("Nothing called yet").waitFor();
    await look("activity-empty");

    // A call that failed is no first call.
    await claude.callTool("getBook", { id: 500 });
    await expect
      .poll(async () => {
        await page.goto(`${portico.url}/servers/shelf`);
        return page.getByRole("link", { name: "Tools were called, and no call worked yet: see why" }).count();
      }, SOON)
      .toBe(1);
    await look("checklist-failed");
    await page.getByRole("link", { name: /no call worked yet/ }).click();
    await see("1 call, 1 failed").waitFor(SOON);
    await claude.callTool("listBooks", {});
    await claude.callTool("getBook", { id: 7 });
    for (let nth = 0; nth < 3; nth++) await claude.callTool("readSecret", {});
    await hostile.callTool("getBook", { id: "seven" });
    await page.goto(activity());
    // Nobody loads the page again.
    await see("7 calls, 5 failed, in the last 24 hours").waitFor(SOON);
    expect(await rows().count()).toBe(7);
    const reasons = page.getByRole("region", { name: "What went wrong" });
    expect(await reasons.getByRole("link").allTextContents()).toEqual([
      "3 ×API refused, 401",
      "1 ×Wrong arguments",
      "1 ×API refused, 500",
    ]);
    await look("activity");

    await reasons.getByRole("link", { name: /401/ }).press("Enter");
    await see("3 calls, 3 failed, in the last 24 hours").waitFor(SOON);
    expect(search()).toBe("?outcome=upstream_error&status=401");
    expect(await rows().count()).toBe(3);
    expect(await page.getByRole("combobox", { name: "Outcome" }).inputValue()).toBe("upstream_error/401");
    await reasons.getByRole("link", { name: /401/ }).press("Enter");
    await see("7 calls, 5 failed, in the last 24 hours").waitFor(SOON);
  });

  it("says all that is known of a call, and what to do", async () => {
    await page.goto(activity());
    await rows().filter({ hasText: "readSecret" }).first().getByRole("link").press("Enter");
    await dialog().getByRole("heading", { name: "The API did not accept the credentials" }).waitFor();
    expect(search()).toMatch(/^\?call=evt_/);
    for (const text of [/GET \/secret/, /^401$/, /claude-e2e 1\.0\.0/, /MCP 2026-07-28/, /in Portico/, /at the API/])
      await dialog().getByText(text).first().waitFor();
    // Day, time to the millisecond, and the zone of who reads.
    await dialog()
      .getByText(/\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d\.\d{3} \S+/)
      .waitFor();
    const known = await portico.api<{ items: { tool: string; requestId: string }[] }>(
      "GET",
      "/api/v1/servers/shelf/calls?tool=readSecret&limit=1",
    );
    await dialog()
      .getByText(known.items[0]?.requestId ?? "none", { exact: true })
      .waitFor();
    await dialog().getByRole("button", { name: "Copy the request id" }).waitFor();
    await look("activity-call");

    // The address leads to the same call; Escape leads back to the list.
    await page.reload();
    await dialog().getByRole("heading", { name: "readSecret" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog().count(), SOON).toBe(0);
    expect(search()).toBe("");

    await rows().filter({ hasText: "getBook" }).first().getByRole("link").press("Enter");
    await dialog().getByRole("link", { name: "All calls of this client" }).press("Enter");
    await see("1 call, 1 failed, in the last 24 hours").waitFor(SOON);
    expect(new URLSearchParams(search()).get("client")).toBe(HOSTILE);
    await rows().first().getByRole("link").press("Enter");
    await dialog().getByRole("heading", { name: "The arguments did not fit the tool" }).waitFor();
    await dialog().getByText("The API was not called", { exact: true }).waitFor();
    await dialog().getByRole("link", { name: "Try this tool" }).press("Enter");
    await page.waitForURL(({ pathname, searchParams }) => pathname.endsWith("/try") && searchParams.has("tool"));
    await page.getByRole("link", { name: "getBook" }).first().waitFor();
  });

  it("is filtered by keyboard, and says when nothing fits", async () => {
    await page.goto(activity());
    await page.getByRole("combobox", { name: "Tool" }).selectOption("getBook");
    await see("3 calls, 2 failed, in the last 24 hours").waitFor(SOON);
    await page.getByRole("combobox", { name: "Outcome" }).selectOption("ok");
    await see("1 call in the last 24 hours").waitFor(SOON);
    await page.getByRole("combobox", { name: "Time" }).selectOption("1h");
    await see("1 call in the last hour").waitFor(SOON);
    expect(search()).toBe("?tool=getBook&outcome=ok&range=1h");
    await page.getByRole("combobox", { name: "Outcome" }).selectOption("timeout");
    await see("Nothing matches").waitFor(SOON);
    await look("activity-nothing");
    await page.getByRole("button", { name: "Clear filters" }).press("Enter");
    await see("7 calls, 5 failed, in the last hour").waitFor(SOON);
    await page.goBack();
    await see("Nothing matches").waitFor(SOON);
  });

  it("is exported as it is filtered, and no cell is a formula", async () => {
    const read = async (query: string) => {
      await page.goto(activity() + query);
      const coming = page.waitForEvent("download");
      await page.getByRole("link", { name: "Export CSV" }).click();
      const file = await coming;
      expect(file.suggestedFilename()).toBe("calls.csv");
      return readFileSync(await file.path(), "utf8")
        .trim()
        .split("\r\n");
    };
    const [head, ...lines] = await read("?tool=readSecret");
    expect(head).toContain("time,tool,operation,outcome,HTTP status,ms,");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/,readSecret,GET \/secret,upstream_error,401,/);
    const all = await read("");
    expect(all).toHaveLength(8);
    expect(all.join("\n")).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  });

  it("goes back page by page, and keeps what was asked for while calls come", async () => {
    for (let nth = 0; nth < 70; nth++) await claude.callTool("listBooks", {});
    await expect
      .poll(
        async () => (await portico.api<{ calls: number }>("GET", "/api/v1/servers/shelf/calls/summary")).calls,
        SOON,
      )
      .toBe(77);
    await page.goto(activity());
    await see("77 calls").waitFor();
    expect(await rows().count()).toBe(50);
    await page.getByRole("button", { name: "Show more" }).press("Enter");
    await expect.poll(() => rows().count(), SOON).toBe(77);
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    await claude.callTool("getBook", { id: 500 });
    await expect.poll(() => rows().count(), SOON).toBe(78);
    await expect.poll(() => rows().first().textContent(), SOON).toContain("API refused");

    // From the overview, one click leads to what is known of a call.
    await page.goto(`${portico.url}/servers/shelf`);
    await page.getByRole("table", { name: "Last calls" }).getByRole("link", { name: "getBook" }).first().click();
    await dialog().getByRole("heading", { name: "The API failed" }).waitFor();
  });

  it("shows the steps of an own tool, and says so when the tool of a call is gone", async () => {
    const steps = [
      { id: "all", operation: "GET /books" },
      {
        ...{ id: "each", operation: "GET /books/{id}", forEach: "`[7, 500, 8]`" },
        arguments: { id: { from: "item" } },
      },
    ];
    const ownTool = { name: "shelf_report", description: "Reads all books and three of them.", steps };
    await portico.api("PATCH", "/api/v1/servers/shelf", { composedTools: [ownTool] });
    await portico.api("POST", "/api/v1/servers/shelf/publish", {});
    const client = await connectClient("client, auto", mcpUrl, apiKey, { name: "reporter" });
    const made = await client.callTool("shelf_report", {});
    expect(made.isError, JSON.stringify(made.content)).not.toBe(true);
    await client.close();
    await page.goto(activity());
    await rows().filter({ hasText: "shelf_report" }).first().getByRole("link").press("Enter");
    const shown = dialog().getByRole("region", { name: "Steps" }).getByRole("listitem");
    await shown.nth(1).getByText("for each: 3 calls, 1 failed").waitFor(SOON);
    await shown.nth(0).getByText("GET /books").waitFor();
    await shown.nth(1).getByText("API refused, 500").waitFor();
    await look("activity-steps");
    await dialog().getByRole("link", { name: "Try this tool" }).click();
    await page.getByRole("form", { name: "Try shelf_report" }).waitFor();

    // Still served, though no longer drafted; then gone altogether.
    await portico.api("PATCH", "/api/v1/servers/shelf", { composedTools: [] });
    await page.reload();
    await page.getByText("It is no longer in the draft").waitFor();
    await portico.api("POST", "/api/v1/servers/shelf/publish", {});
    await page.reload();
    await page.getByText("This tool is gone").waitFor();
    await page.getByRole("link", { name: "See the own tools" }).click();
    await page.waitForURL(/own-tools$/);
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });
});
