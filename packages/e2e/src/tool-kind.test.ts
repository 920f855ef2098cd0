import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

const SEARCH = "POST /things/search";

function documentOf(url: string) {
  const responses = { 200: { description: "ok" } };
  const integer = { type: "integer" };
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url }],
    paths: {
      "/things/search": {
        post: {
          operationId: "searchThings",
          summary: "Search things",
          parameters: [
            { name: "page", in: "query", schema: integer },
            { name: "per_page", in: "query", schema: integer },
          ],
          responses,
        },
      },
      "/things": {
        get: { operationId: "listThings", summary: "List things", responses },
        delete: { operationId: "clearThings", summary: "Clear things", responses },
      },
    },
  };
}

describe.skipIf(!chromiumPath)("what a tool does, and how it is called", () => {
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
    } = await publish(portico, { source, slug: "things" }));
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await recorder?.stop();
  });

  const toolPath = (operation: string) => `/api/v1/servers/things/tools/${encodeURIComponent(operation)}`;
  const patchOf = async (operation: string) => (await portico.api<{ patch: object }>("GET", toolPath(operation))).patch;
  const editor = () => page.getByRole("form", { name: "What the model sees" }).filter({ visible: true });
  const does = () => editor().getByRole("combobox", { name: "What it does" });
  const open = async (operation: string) => {
    await page.goto(`${portico.url}/servers/things/tools/${encodeURIComponent(operation)}`);
    await does().waitFor();
  };
  const listed = async (url: string) => {
    const client = new Client({ name: "story", version: "1" }, { versionNegotiation: { mode: "auto" } });
    const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    const { tools } = await client.listTools();
    await client.close();
    return tools.map(({ name, annotations }) => `${name} ${annotations?.readOnlyHint ? "reads" : "changes"}`);
  };

  it("is said of a search by POST, which says what that lets people do, and has its pages then", async () => {
    expect(await listed(`${mcpUrl}/read`)).toEqual(["listThings reads"]);
    await open(SEARCH);
    expect(await does().inputValue()).toBe("changing");
    await editor().getByLabel("Pages").waitFor({ state: "detached" });
    await does().selectOption({ label: "Reads only" });
    await editor().getByText("You say that it changes nothing").waitFor();
    // What only reads can be repeated anyway.
    expect(await editor().getByRole("combobox", { name: "Called twice" }).count()).toBe(0);
    await editor().getByRole("combobox", { name: "Made again" }).selectOption({ label: "3 times at most" });
    await editor().getByRole("textbox", { name: "Seconds a call may take" }).fill("90");
    await page.keyboard.press("Tab");
    await editor()
      .getByText(/call may take 60 s at most/)
      .first()
      .waitFor();
    await editor().getByRole("textbox", { name: "Seconds a call may take" }).fill("5");
    const faults = await lookAround(page, "tool-kind", does());
    const said = { annotations: { readOnlyHint: true }, timeoutSeconds: 5, retries: 3 };
    await expect.poll(() => patchOf(SEARCH), { timeout: 5_000 }).toEqual(said);
    await editor().getByLabel("Pages").selectOption({ label: "One cursor" });
    faults.push(...(await lookAround(page, "tool-calling", editor().getByLabel("Made again"))));
    await expect.poll(() => patchOf(SEARCH), { timeout: 5_000 }).toMatchObject({ paging: true });
    expect(faults).toEqual([]);
  });

  it("counts in the list of tools", async () => {
    await page.goto(`${portico.url}/servers/things/tools?kind=reading`);
    await page.getByText("searchThings").filter({ visible: true }).first().waitFor();
    expect(await page.getByText("clearThings").filter({ visible: true }).count()).toBe(0);
  });

  it("is said of many at once, and taken back", async () => {
    await page.goto(`${portico.url}/servers/things/tools?kind=destroying`);
    await page.getByRole("button", { name: "Change many" }).press("Enter");
    const menu = page.getByRole("dialog", { name: "Change many tools" });
    const faults = await lookAround(page, "tool-kind-many", menu.getByRole("button", { name: /^Set.*what they do$/ }));
    await menu.getByRole("combobox", { name: "What they do" }).selectOption({ label: "Change something" });
    await menu.getByRole("button", { name: /^Set.*what they do$/ }).press("Enter");
    await page.getByText("1 tool changed in the draft").first().waitFor();
    expect(await patchOf("DELETE /things")).toEqual({ annotations: { readOnlyHint: false, destructiveHint: false } });
    await page.getByRole("button", { name: "Undo" }).last().press("Enter");
    await page.getByText("The change is taken back").first().waitFor();
    expect(await patchOf("DELETE /things")).toEqual({});
    expect(faults).toEqual([]);
  });

  it("is told before it is published, and then served", async () => {
    await page.goto(`${portico.url}/servers/things/tools`);
    await page.getByRole("button", { name: "Publish changes" }).click();
    const dialog = page.getByRole("dialog");
    for (const sentence of [
      "It only reads now: whoever may only read can call it.",
      "A call may take 5 s at most now.",
      "A call that failed is made again 3 times at most now.",
    ])
      await dialog.getByText(sentence).waitFor();
    await dialog.getByRole("button", { name: /^Publish/ }).click();
    await page
      .getByText(/Version 2 is served/)
      .first()
      .waitFor();
    await expect
      .poll(() => listed(`${mcpUrl}/read`), { timeout: 10_000 })
      .toEqual(["searchThings reads", "listThings reads"]);
  });

  it("goes back to what the document says", async () => {
    await open(SEARCH);
    await page.getByRole("region", { name: "What it does" }).getByRole("button", { name: "Reset to document" }).click();
    expect(await does().inputValue()).toBe("changing");
    await editor().getByText("Never: a second call could do something twice", { exact: false }).waitFor();
    // Neither pages nor a second call of what changes something.
    await expect.poll(() => patchOf(SEARCH), { timeout: 5_000 }).toEqual({ timeoutSeconds: 5 });
    expect(problems).toEqual([]);
  });
});
