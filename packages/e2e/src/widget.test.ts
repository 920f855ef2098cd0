import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { createMcpEndpoint, createSessionCodec } from "@portico/mcp";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "./chromium.ts";

/** The widget as a client reads it. */
async function readWidget(): Promise<{ html: string; csp: Record<string, string[]> }> {
  const endpoint = createMcpEndpoint({
    sessions: createSessionCodec({ keys: [randomBytes(32)], now: Date.now, ttlSeconds: 60 }),
    isTombstoned: async () => false,
    tombstone: async () => {},
  });
  const { body = "" } = await endpoint({
    version: {
      versionId: "v",
      serverId: "s",
      organizationId: "o",
      serverInfo: { name: "s", version: "1" },
      toolsList: () => "[]",
      hasWidgets: true,
      dialect: "safe",
      toolNames: new Set(),
    },
    principal: { subject: "a", kind: "anonymous" },
    callTool: async () => ({ content: [] }),
    request: {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri: "ui://portico/answer.html" } },
      signal: new AbortController().signal,
    },
  });
  const [contents] = JSON.parse(String(body)).result.contents;
  return { html: contents.text, csp: contents._meta.ui.csp };
}

/** The policy that a host makes of what the resource declares (MCP Apps, security). */
function policyOf({ connectDomains = [], resourceDomains = [] }: Record<string, string[]>): string {
  const from = (...sources: string[]) => [...sources, ...resourceDomains].join(" ");
  return [
    "default-src 'none'",
    `script-src ${from("'unsafe-inline'")}`,
    `style-src ${from("'unsafe-inline'")}`,
    `connect-src ${connectDomains.join(" ") || "'none'"}`,
    `img-src ${from("data:")}`,
    "frame-src 'none'",
    "object-src 'none'",
  ].join("; ");
}

/** The host's half of the conversation, in the page around the frame. */
const HOST = `<!doctype html><html lang="en"><title>Host</title><body style="margin:0"><main><h1>Chat</h1><iframe title="Answer" sandbox="allow-scripts" style="border:0;width:100%;height:200px"></iframe></main>
<script>
  const frame = document.querySelector("iframe");
  const said = (window.said = []);
  window.tell = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  window.addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    said.push(data);
    if (data.method === "ui/initialize")
      tell({ id: data.id, result: { protocolVersion: "2026-01-26", hostInfo: { name: "host", version: "1" }, ...window.hello } });
    else if (data.method === "ui/open-link") tell({ id: data.id, result: {} });
    else if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
  });
</script></body></html>`;

interface Said {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: object;
  error?: { code: number };
}

/** How long something drawn may take to be there. */
const SOON = { timeout: 10_000 };
const pets = [
  { name: "Rex", species: "dog", weight: 31.5, age: 7, owner: { name: "Ada" }, page: "https://example.com/rex" },
  { name: "Mia", species: "cat", weight: 4.2, age: 12, owner: null, page: "javascript:alert(1)" },
  { name: "Bo", species: "dog", weight: 9, age: 2, page: "http://example.com/bo" },
];
const answer = (value: object) => ({
  content: [{ type: "text", text: JSON.stringify(value) }],
  structuredContent: value,
});

describe.skipIf(!chromiumPath)("the widget in a host", () => {
  let browser: Browser;
  let page: Page;
  let widget: Awaited<ReturnType<typeof readWidget>>;
  const problems: string[] = [];
  beforeAll(async () => {
    widget = await readWidget();
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 760, height: 700 } })).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("request", (request) => problems.push(`asked for ${request.url()}`));
    page.on("dialog", (dialog) => {
      problems.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  afterAll(() => browser?.close());

  /** A host that shows this answer. */
  async function show(result: unknown, { hello = {} }: { hello?: object } = {}): Promise<Frame> {
    await page.goto("about:blank");
    await page.setContent(HOST);
    problems.length = 0;
    const html = widget.html.replace(
      "<head>",
      `<head><meta http-equiv="Content-Security-Policy" content="${policyOf(widget.csp)}">`,
    );
    await page.evaluate(
      ([text, greeting]) => {
        Object.assign(window, { hello: greeting });
        (document.querySelector("iframe") as HTMLIFrameElement).srcdoc = text as string;
      },
      [html, { hostCapabilities: { openLinks: {} }, hostContext: { theme: "light" }, ...hello }] as const,
    );
    await expect.poll(async () => (await said()).map(({ method }) => method)).toContain("ui/notifications/initialized");
    await tell("ui/notifications/tool-input", { arguments: { species: "any" } });
    if (result !== undefined) await tell("ui/notifications/tool-result", result);
    const frame = page.frames()[1];
    if (!frame) throw new Error("There is no frame.");
    if (result !== undefined) await frame.getByText("Waiting for the answer").waitFor({ state: "detached" });
    return frame;
  }
  const said = () => page.evaluate(() => (window as unknown as { said: Said[] }).said);
  const post = (message: object) =>
    page.evaluate((one) => (window as unknown as { tell: (message: object) => void }).tell(one), message);
  const tell = (method: string, params: unknown) => post({ method, params });
  const cellsOf = (frame: Frame, column = 1) => frame.locator(`tbody td:nth-child(${column})`).allTextContents();

  it("speaks its half of the protocol: hello, size, answers to questions, and only to its host", async () => {
    const frame = await show(answer({ result: pets }));
    const [first, second] = await said();
    expect(first).toMatchObject({
      method: "ui/initialize",
      params: { protocolVersion: "2026-01-26", appInfo: { name: "portico-answer" }, appCapabilities: {} },
    });
    expect(second?.method).toMatch(/initialized|size-changed/);
    await expect
      .poll(async () => (await said()).findLast(({ method }) => method === "ui/notifications/size-changed")?.params)
      .toMatchObject({ height: Math.ceil((await frame.locator("html").boundingBox())?.height ?? 0) });
    await post({ id: 71, method: "ping" });
    await post({ id: 72, method: "ui/resource-teardown", params: { reason: "gone" } });
    await post({ id: 73, method: "something/else" });
    await expect
      .poll(async () => (await said()).filter(({ id = 0 }) => id > 70))
      .toMatchObject([
        { id: 71, result: {} },
        { id: 72, result: {} },
        { id: 73, error: { code: -32_601 } },
      ]);
    // A message from elsewhere is not the host's.
    await frame.evaluate(() =>
      window.postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-cancelled", params: {} }, "*"),
    );
    await tell("ui/notifications/tool-result", "not an object");
    await tell("constructor", {});
    await tell("ui/notifications/tool-result", answer({ result: pets }));
    await frame.getByRole("cell", { name: "Rex", exact: true }).waitFor();
    expect(await frame.getByText("cancelled").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("shows a list as a table that is sorted and filtered with the keyboard", async () => {
    const frame = await show(answer({ result: pets }), {
      hello: { hostContext: { toolInfo: { tool: { name: "list_pets", title: "List pets" } } } },
    });
    expect(await frame.getByRole("heading").textContent()).toBe("List pets");
    expect(await frame.getByRole("columnheader").allTextContents()).toEqual([
      "name",
      "species",
      "weight",
      "age",
      "owner",
      "page",
    ]);
    const byWeight = frame.getByRole("button", { name: "weight" });
    await byWeight.focus();
    await page.keyboard.press("Enter");
    expect(await cellsOf(frame)).toEqual(["Mia", "Bo", "Rex"]);
    expect(await frame.getByRole("columnheader", { name: "weight" }).getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await cellsOf(frame)).toEqual(["Rex", "Bo", "Mia"]);
    await frame.getByRole("searchbox", { name: "Filter rows" }).fill("DOG");
    expect(await cellsOf(frame)).toEqual(["Rex", "Bo"]);
    expect(await frame.getByRole("status").textContent()).toBe("2 of 3 rows");
    expect(problems).toEqual([]);
  });

  it("opens http(s) links through the host, and others not at all", async () => {
    const frame = await show(answer({ result: pets }));
    expect(await frame.locator("button.link").allTextContents()).toEqual([pets[0]?.page, pets[2]?.page]);
    expect(await frame.locator("[href], [src]").count()).toBe(0);
    await frame.getByRole("button", { name: "https://example.com/rex" }).click();
    await expect
      .poll(async () => (await said()).find(({ method }) => method === "ui/open-link")?.params)
      .toEqual({
        url: "https://example.com/rex",
      });
    const closed = await show(answer({ result: pets }), { hello: { hostCapabilities: {} } });
    expect(await closed.locator("button.link").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("shows the first 200 rows, and finds in all of them", async () => {
    const frame = await show(
      answer({ items: Array.from({ length: 1_000 }, (_, n) => ({ id: n, label: `row ${n}` })), total: 9 }),
    );
    // A thousand rows are drawn a moment after they came.
    await expect.poll(() => frame.locator("tbody tr").count(), SOON).toBe(200);
    await expect
      .poll(() => frame.getByRole("status").textContent(), SOON)
      .toBe("1,000 rows, the first 200 are shown, … 800 more");
    await frame.getByRole("searchbox").fill("row 999");
    await expect.poll(() => cellsOf(frame, 2), SOON).toEqual(["row 999"]);
    // What stands beside the rows is folded.
    await frame.getByText("Also in the answer: 1 field").click();
    await expect.poll(() => frame.locator("dt").allTextContents(), SOON).toContain("total");
  });

  it("draws numbers by their label, and says in words what it draws", async () => {
    const frame = await show(answer({ result: pets }));
    await frame.getByRole("button", { name: "Bars" }).click();
    expect(await frame.getByRole("img").getAttribute("aria-label")).toBe(
      "Bars of weight by name, 3 values from 4.2 to 31.5",
    );
    expect(await frame.locator("rect").count()).toBe(3);
    await frame.getByRole("combobox").selectOption("age");
    await frame.getByRole("button", { name: "Line" }).click();
    expect(await frame.getByRole("img").getAttribute("aria-label")).toBe("Line of age by name, 3 values from 2 to 12");
    expect(await frame.locator("circle").count()).toBe(3);
    const without = await show(
      answer({
        result: [
          { id: 1, name: "a" },
          { id: 2, name: "b" },
        ],
      }),
    );
    expect(await without.getByRole("button", { name: "Bars" }).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("shows an object as a record whose parts unfold", async () => {
    const frame = await show(
      answer({ id: 7, name: "Rex", owner: { name: "Ada", city: "Ulm" }, tags: ["a", "b"], note: null }),
    );
    expect(await frame.locator("dt").allTextContents()).toEqual(["id", "name", "owner", "tags", "note"]);
    expect(await frame.locator("dd").allTextContents()).toEqual(["7", "Rex", "2 fields", "a, b", "–"]);
    await frame.getByText("2 fields").click();
    await frame.getByText("Ulm").waitFor();
    expect(problems).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["JSON in the text", { content: [{ type: "text", text: '[{"city":"Ulm"}]' }] }, /city.*Ulm/s],
    ["words", { content: [{ type: "text", text: "Nothing found." }] }, /Nothing found\./],
    ["nothing", { content: [] }, /An empty answer\./],
    ["no content at all", {}, /An empty answer\./],
    ["an empty list", answer({ result: [] }), /An empty list\./],
    ["an empty object", answer({}), /An empty object\./],
    ["a list of mixed things", answer({ result: [1, "b", { c: 1 }] }), /1.*b.*1 field/s],
    ["a failure", { isError: true, content: [{ type: "text", text: "The API said 404." }] }, /The API said 404\./],
    [
      "a note beside the answer",
      {
        content: [
          { type: "text", text: '{"a":1}' },
          { type: "text", text: "Cut to fit." },
        ],
      },
      /a.*1.*Cut to fit\./s,
    ],
    ["a link to a file", { content: [{ type: "resource_link", name: "a.pdf", uri: "x://a" }] }, /Attached: a\.pdf/],
    ["a scalar once", { content: [{ type: "text", text: "42" }], structuredContent: { result: 42 } }, /^42Asked with$/],
  ])("shows %s", async (_name, result, shown) => {
    const frame = await show(result);
    expect(await frame.locator("#root").textContent()).toMatch(shown);
    expect(problems).toEqual([]);
  });

  it("says that a call was cancelled", async () => {
    const frame = await show(undefined);
    expect(await frame.getByText("Waiting for the answer").count()).toBe(1);
    await tell("ui/notifications/tool-cancelled", { reason: "by the person" });
    await frame.getByText("The call was cancelled. by the person").waitFor();
  });

  it("shows HTML in names and values as the text that it is", async () => {
    const attack = `<img src=x onerror="alert(1)">"><script>alert(2)</script>`;
    const nasty = JSON.parse(`{"__proto__":"p","constructor":1,"${"x".repeat(500)}":1}`);
    const rows = [
      {
        [attack]: attack,
        [`n${attack}`]: 3,
        nested: { [attack]: [attack] },
        link: `https://a.example/"onclick=alert(3)`,
      },
      { [attack]: "b", [`n${attack}`]: 4, ...nasty },
    ];
    const hello = {
      hostContext: {
        toolInfo: { tool: { name: attack } },
        locale: attack,
        styles: {
          variables: {
            "--x": "url(https://evil.example/x)",
            "--color-text-primary": "red;background:url(https://evil.example)",
          },
        },
      },
    };
    for (const value of [
      { result: rows },
      { [attack]: attack, deep: { [attack]: { [attack]: attack } } },
      { result: [attack] },
    ]) {
      const frame = await show(answer(value), { hello });
      for (const name of ["Bars", "Line", "Table"]) {
        const button = frame.getByRole("button", { name, exact: true });
        if (await button.count()) await button.click();
      }
      for (const fold of await frame.locator("summary").all()) await fold.click();
      expect(await frame.locator("img, script:not(body > script), iframe, a, [onerror], [onclick]").count()).toBe(0);
      expect(await frame.getByText(attack).count()).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    }
    const text = await show(
      {
        content: [
          { type: "text", text: attack },
          { type: attack, uri: attack },
        ],
      },
      { hello },
    );
    expect(await text.locator("img").count()).toBe(0);
    await tell("ui/notifications/tool-cancelled", { reason: attack });
    await text.getByText("The call was cancelled.").waitFor();
    expect(await text.locator("img").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("reaches nobody, even if a script of somebody else ran in it", async () => {
    let reached = 0;
    const server = http.createServer((_request, response) => {
      reached++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const frame = await show(answer({ result: pets }));
    const outcome = await frame.evaluate(async (url) => {
      const image = new Image();
      const shown = new Promise((resolve) => {
        image.onload = () => resolve("loaded");
        image.onerror = () => resolve("refused");
      });
      image.src = `${url}/x.png`;
      const fetched = fetch(url, { mode: "no-cors" }).then(
        () => "fetched",
        () => "refused",
      );
      return Promise.all([shown, fetched, String(window.open(url)), String(navigator.sendBeacon(url, "x"))]);
    }, address);
    expect(outcome.slice(0, 3)).toEqual(["refused", "refused", "null"]);
    // The only one that arrives is the one of the test.
    await fetch(address);
    expect(reached).toBe(1);
    server.close();
  });

  it.each(["light", "dark"])("follows the host's theme and is clean to a screen reader, in %s", async (theme) => {
    const frame = await show(answer({ result: pets }), { hello: { hostContext: { theme } } });
    const background = () => frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe(theme === "dark" ? "rgb(27, 27, 29)" : "rgb(255, 255, 255)");
    const views = [answer({ result: pets }), answer({ id: 1, owner: { name: "Ada" } })];
    for (const view of views) {
      await tell("ui/notifications/tool-result", view);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    }
    await tell("ui/notifications/host-context-changed", { theme: theme === "dark" ? "light" : "dark" });
    await expect.poll(background).toBe(theme === "dark" ? "rgb(255, 255, 255)" : "rgb(27, 27, 29)");
  });
});
