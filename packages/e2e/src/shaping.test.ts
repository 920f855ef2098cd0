import http from "node:http";
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, signIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";

const SECRET = "canary-tracker-token";

/** A tracker whose lists are mostly addresses, as those of code hosts are. */
function issue(number: number) {
  const person = (login: string) => ({
    login,
    id: number,
    avatar_url: `https://avatars.example.com/u/${number}?v=4`,
    url: `https://api.example.com/users/${login}`,
    followers_url: `https://api.example.com/users/${login}/followers`,
    type: "User",
  });
  return {
    url: `https://api.example.com/issues/${number}`,
    id: 5_000 + number,
    node_id: `I_${number}`,
    number,
    state: number % 3 ? "open" : "closed",
    title: `The basket forgets item ${number}`,
    user: person("ada"),
    labels: [{ id: 1, name: "bug", color: "d73a4a", url: "https://api.example.com/labels/bug" }],
    body: "What was wrong, and how it was found. ".repeat(10),
    created_at: "2026-05-01T10:00:00Z",
    assignee: number % 2 ? person("bob") : null,
    closed_at: null,
  };
}

describe.skipIf(!chromiumPath)("a builder shapes an answer on a real sample", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  let calls: { url: string; authorization: string | undefined }[] = [];
  const problems: string[] = [];
  const faults: string[] = [];
  const tracker = http.createServer((request, response) => {
    calls.push({ url: request.url ?? "", authorization: request.headers.authorization });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(Array.from({ length: 30 }, (_, index) => issue(index + 1))));
  });
  const at = (part: string) => `${portico.url}/servers/tracker/tools/${encodeURIComponent("GET /issues")}${part}`;

  beforeAll(async () => {
    await new Promise<void>((resolve) => tracker.listen(0, "127.0.0.1", resolve));
    portico = await startPortico();
    const shown = { type: "object", properties: { number: { type: "integer" }, title: { type: "string" } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Tracker", version: "1" },
      servers: [{ url: `http://127.0.0.1:${(tracker.address() as AddressInfo).port}` }],
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      paths: {
        "/issues": {
          get: {
            operationId: "listIssues",
            parameters: [{ name: "state", in: "query", schema: { type: "string", enum: ["open", "closed"] } }],
            responses: {
              200: { description: "ok", content: { "application/json": { schema: { type: "array", items: shown } } } },
            },
          },
        },
      },
    };
    ({
      server: { mcpUrl },
    } = await publish(portico, {
      source: { content: JSON.stringify(document) },
      slug: "tracker",
      credentials: { token: { type: "bearer", token: SECRET } },
    }));
    browser = await launchChromium();
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await signIn(page, portico.url);
  });
  afterAll(async () => {
    await browser?.close();
    tracker.close();
    await portico?.stop();
  });

  it("tries the tool first without calling the API, then on it, and sees each step without a secret", async () => {
    calls = [];
    await page.goto(`${portico.url}/servers/tracker/tools`);
    const tryIt = page.getByLabel("Selected tool").getByRole("link", { name: "Try it" });
    await page.getByText("listIssues").filter({ visible: true }).first().click();
    await tryIt.waitFor();
    await tryIt.click();
    await page.waitForURL(/\/try$/);
    await page.getByLabel("Answer from").selectOption({ label: "The document’s example" });
    await page.getByLabel("state").selectOption("open");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("The answer is made up from the document.").waitFor();
    expect(calls).toEqual([]);
    await page.getByLabel("Answer from").selectOption({ label: "The API itself" });
    await page.getByRole("button", { name: "Call the API" }).click();
    await page.getByText("The basket forgets item 30").first().waitFor();
    expect(calls).toEqual([{ url: "/issues?state=open", authorization: `Bearer ${SECRET}` }]);
    await page.getByRole("tab", { name: "What was sent" }).click();
    await page.getByText("[hidden]").first().waitFor();
    expect(await page.content()).not.toContain(SECRET);
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: "Keep as sample" }).click();
    await page.getByText("Kept as the sample of this tool").first().waitFor();
  });

  it("ticks fields, takes the suggestion, and sees what it saves", async () => {
    await page.getByRole("link", { name: "Answer", exact: true }).click();
    await page.getByText(/Shaped on the sample/).waitFor();
    await page.getByRole("checkbox", { name: /^body/ }).uncheck();
    await page.getByText(/% less/).waitFor();
    expect(await page.getByLabel("Text 1 of the answer").textContent()).not.toContain("What was wrong");
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("button", { name: "Suggest" }).click();
    const text = page.getByLabel("Text 1 of the answer");
    await text.getByText("|number|").waitFor();
    const saved = Number(/(\d+) % less/.exec((await page.getByText(/% less/).textContent()) ?? "")?.[1]);
    expect(saved).toBeGreaterThanOrEqual(85);
    await page.getByRole("button", { name: "Rename login" }).first().click();
    await page.getByLabel("New name of login").fill("author");
    await page.keyboard.press("Enter");
    await text.getByText("user.author").waitFor();
    await page.getByLabel("Items of a list").fill("5");
    await text.getByText("The basket forgets item 6").waitFor({ state: "detached" });
    await page.getByText(/… 25 more items: call again/).waitFor();
    await page.getByText(/the model asks for with a cursor/).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    faults.push(...(await accessibilityFaults(page)));
    const { scrolled, width } = await page.evaluate(() => ({
      scrolled: document.documentElement.scrollWidth,
      width: document.documentElement.clientWidth,
    }));
    expect(scrolled).toBeLessThanOrEqual(width);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("button", { name: "Save in the draft" }).click();
    await page.getByText("Saved in the draft").first().waitFor();
    await page.getByText("Served from the next publish on").waitFor();
  });

  it("publishes it, and a client gets exactly that", async () => {
    await page.goto(`${portico.url}/servers/tracker/tools`);
    await page.getByRole("button", { name: "Publish changes" }).click();
    await page.getByRole("dialog").getByText("Other fields of the answer reach the model.").waitFor();
    await page.getByRole("button", { name: "Publish 1 tool" }).click();
    await page
      .getByText(/Version 2 is served/)
      .first()
      .waitFor();
    const client = new Client({ name: "story", version: "1" });
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit }));
    const result = (await client.callTool({ name: "listIssues", arguments: {} })) as {
      content: { text: string }[];
      structuredContent?: unknown;
    };
    await client.close();
    const [table, note] = result.content.map(({ text }) => text);
    expect(table?.split("\n")).toHaveLength(7);
    expect(table).toMatch(/^\|.*number\|.*title\|.*user\.author\|/);
    expect(table).not.toMatch(/avatars|followers|node_id/);
    expect(note).toMatch(/… 25 more items: call again with the same arguments and cursor/);
    expect(result.structuredContent).toBeUndefined();
  });

  it("takes it back", async () => {
    await page.goto(at("/answer"));
    await page.getByRole("button", { name: "Shape nothing" }).click();
    await page.getByRole("button", { name: "Save in the draft" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByLabel("Text 1 of the answer").getByText("|number|").waitFor();
    await page.reload();
    expect(await page.getByLabel("Items of a list").inputValue()).toBe("5");
  });

  it("finds a tool to try without going to its page", async () => {
    await page.goto(`${portico.url}/servers/tracker`);
    await page.getByRole("navigation", { name: "Server" }).getByRole("link", { name: "Try it" }).click();
    await page.getByLabel("Filter tools").fill("issues");
    await page
      .getByRole("navigation", { name: "Tools" })
      .getByRole("link", { name: /listIssues/ })
      .click();
    await page.waitForURL(/tool=/);
    await page.getByLabel("Answer from").selectOption({ label: "The kept sample" });
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("The answer is the kept sample.").waitFor();
    faults.push(...(await accessibilityFaults(page)));
  });

  it("made no mistake on the way", () => {
    expect(problems).toEqual([]);
    expect(faults).toEqual([]);
  });
});
