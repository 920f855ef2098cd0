import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CROSSWISE, chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { apiKey, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

describe.skipIf(!chromiumPath)("a builder keeps calls as eval cases", () => {
  let portico: Portico;
  let api: Recorder;
  let browser: Browser;
  let page: Page;
  let kind = "kayak";
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    api = await startRecorder();
    api.answer = ({ method }) => ({
      status: 200,
      body:
        method === "GET"
          ? { boats: [{ id: 7, name: "Canal kayak", kind, seen_at: Date.now() }], total: 1, more: null }
          : { done: true },
    });
    portico = await startPortico();
    const answers = { 200: { description: "ok", content: { "application/json": { schema: { type: "object" } } } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "Boats", version: "1" },
      servers: [{ url: api.url }],
      paths: {
        "/boats": {
          get: {
            operationId: "listBoats",
            parameters: [{ name: "kind", in: "query", schema: { type: "string" } }],
            responses: answers,
          },
          post: { operationId: "addBoat", responses: answers },
        },
        "/harbors": { get: { operationId: "listHarbors", responses: answers } },
      },
    };
    await publish(portico, { source: { content: JSON.stringify(document) }, slug: "boats", select: "all" });
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await api?.stop();
  });

  const look = async (name: string, looks?: typeof CROSSWISE, bring?: Locator) =>
    faults.push(...(await lookAround(page, name, bring, looks)));
  const casesPage = () => page.goto(`${portico.url}/servers/boats/try/cases`);
  const row = (name: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("button", { name: `Run ${name}` }) });
  const rest = (method: string, at: string, body?: object) =>
    fetch(`${portico.url}/api/v1/servers/boats${at}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  it("saves a call that was tried, with the fields that were chosen and no other", async () => {
    await casesPage();
    await page.getByText("No eval case yet").waitFor();
    await look("evals-none", CROSSWISE);
    await page.getByRole("main").getByRole("link", { name: "Try a tool" }).click();
    await page.getByRole("link", { name: "listBoats" }).first().click();
    await page.getByRole("textbox", { name: "kind" }).fill("kayak");
    await page.getByRole("button", { name: "Call the API" }).click();
    await page.getByRole("button", { name: "Save as eval case" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Save as eval case" });
    await dialog.waitFor();
    // What was asked for is chosen; what changes by itself is not.
    expect(await dialog.getByRole("checkbox", { name: /boats\[0\]\.kind/ }).isChecked()).toBe(true);
    expect(await dialog.getByRole("checkbox", { name: /seen_at/ }).isChecked()).toBe(false);
    await dialog.getByRole("checkbox", { name: /boats\[0\]\.id/ }).check();
    await look("evals-save");
    await dialog.getByLabel("Name", { exact: true }).fill("Kayaks are listed");
    await dialog.getByRole("button", { name: "Save eval case" }).click();
    await page.getByRole("button", { name: "See all cases" }).click();
    await page.waitForURL(/\/try\/cases$/);
    await row("Kayaks are listed").getByText("Not run").waitFor();
    await row("Kayaks are listed").getByText("What it asks and expects").click();
    await page.getByText("boats[0].id is 7").waitFor();
    const { items } = (await (await rest("GET", "/evals/cases")).json()) as {
      items: { expect: object }[];
    };
    expect(items[0]?.expect).toEqual({
      ...{ isError: false, contains: [] },
      matches: { boats: [{ id: 7, kind: "kayak" }] },
    });
  });

  it("runs it, and says in words what differs once the API answers otherwise", async () => {
    await row("Kayaks are listed").getByRole("button", { name: "Run Kayaks are listed" }).click();
    await row("Kayaks are listed").getByText("Passed").waitFor();
    kind = "canoe";
    await page.getByRole("button", { name: "Run 1 case" }).click();
    await row("Kayaks are listed").getByText('boats[0].kind is "canoe", not "kayak".').waitFor();
    await page.reload();
    await row("Kayaks are listed").getByText("Failed").waitFor();
    await row("Kayaks are listed")
      .getByText(/on the draft/)
      .waitFor();
    await page.getByText("1 failed").waitFor();
  });

  it("changes nothing at the API before somebody says so", async () => {
    await rest("POST", "/evals/cases", { name: "A boat is added", tool: "addBoat" });
    await page.reload();
    const before = api.requests.length;
    await page.getByRole("button", { name: "Run 2 cases" }).click();
    await row("A boat is added")
      .getByText(/It changes something at the API/)
      .waitFor();
    await page.getByText("1 failed · 1 not run").waitFor();
    expect(api.requests.slice(before).map(({ method }) => method)).toEqual(["GET"]);
    await look("evals-list", undefined, page.getByText(/portico eval run/));
    await row("A boat is added").getByRole("button", { name: "Run A boat is added" }).click();
    await page.getByRole("alertdialog", { name: "Run A boat is added" }).waitFor();
    await look("evals-confirm", CROSSWISE);
    await page.getByRole("button", { name: "Run it" }).click();
    await row("A boat is added").getByText("Passed").waitFor();
    expect(api.requests.at(-1)?.method).toBe("POST");
  });

  it("is told before publishing, and where", async () => {
    await rest("PATCH", `/tools/${encodeURIComponent("GET /harbors")}`, { title: "Harbors" });
    await page.goto(`${portico.url}/servers/boats/tools`);
    await page.getByRole("button", { name: "Publish changes" }).click();
    await page.getByText("2 eval cases were not run on this draft.").waitFor();
    await page.getByRole("link", { name: "Open the eval cases" }).click();
    await row("Kayaks are listed")
      .getByText(/on an earlier draft/)
      .waitFor();
  });

  it("is told when a tool is gone, and gives the case another", async () => {
    await rest("PATCH", "", { select: { operations: ["POST /boats", "GET /harbors"] } });
    await page.reload();
    await row("Kayaks are listed")
      .getByText(/no tool "listBoats" \(GET \/boats\)/)
      .waitFor();
    await look("evals-gone", CROSSWISE, page.getByText(/portico eval run/));
    await page.getByRole("button", { name: "Choose another tool" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the eval case" });
    await dialog.getByLabel("Arguments as JSON").fill("{");
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.getByText("This is not a JSON object yet.").waitFor();
    await look("evals-change");
    await dialog.getByLabel("Tool").selectOption("listHarbors");
    await dialog.getByLabel("Arguments as JSON").fill("{}");
    await dialog.getByLabel("Fields of the answer as JSON").fill('{"total": 1}');
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.waitFor({ state: "detached" });
    await row("Kayaks are listed").getByRole("button", { name: "Run Kayaks are listed" }).click();
    await row("Kayaks are listed").getByText("Passed").waitFor();
  });

  it("takes a removal back, and takes an exported suite in again", async () => {
    await page.getByRole("button", { name: "Remove A boat is added" }).click();
    await row("A boat is added").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row("A boat is added").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export" }).click();
    const file = await (await download).path();
    const suite = JSON.parse(await readFile(file, "utf8")) as { cases: { name: string }[] };
    expect([(await download).suggestedFilename(), suite.cases.map(({ name }) => name)]).toEqual([
      "boats.evals.json",
      ["A boat is added", "Kayaks are listed"],
    ]);
    const input = page.getByLabel("Suite file to import");
    await input.setInputFiles({ name: "broken.json", mimeType: "application/json", buffer: Buffer.from("[") });
    await page.getByText("broken.json is not a JSON object. An exported suite is one.").waitFor();
    const more = { ...suite, cases: [...suite.cases, { name: "Harbors", call: { tool: "listHarbors" } }] };
    const buffer = Buffer.from(JSON.stringify(more));
    await input.setInputFiles({ name: "more.json", mimeType: "application/json", buffer });
    await page.getByText("1 case added, 2 replaced").first().waitFor();
    await row("Harbors").waitFor();
    expect({ problems, faults }).toEqual({ problems: [], faults: [] });
  });
});
