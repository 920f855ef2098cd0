import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CROSSWISE, chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { hasCorpus, readCorpus } from "./corpus.ts";
import { exampleValue } from "./example-value.ts";
import { type Portico, startPortico } from "./portico.ts";
import { connect, namesAt } from "./sdk-client.ts";

/** A slow machine has to read, to write and to draw. */
const SOON = { timeout: 30_000 };

/** Real descriptions, far from each other: OpenAPI 3.1 with examples, Swagger 2.0, and some 580 operations of OpenAPI 3.0. */
const DOCUMENTS = [
  { file: "museum-3.1.yaml", title: /museum/i },
  { file: "netlify-2.0.yml", title: /netlify/i },
  { file: "stripe-3.0.yaml.gz", title: /stripe/i },
];

/** Any API: whatever is asked of it, it answers with the same. */
const asked: string[] = [];
const anyApi = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ answered: true, items: [{ id: "one" }, { id: "two" }] }));
});

interface ToolOfDraft {
  operation: { key: string };
  isSelected: boolean;
  tool?: { name: string; inputSchema: { properties?: Record<string, unknown>; required?: string[] } };
}

describe.skipIf(!chromiumPath || !hasCorpus)("a real description, from its file to a second version", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    await new Promise<void>((resolve) => anyApi.listen(0, "127.0.0.1", resolve));
    portico = await startPortico();
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    anyApi.close();
  });

  const press = async (button: Locator) => {
    await expect.poll(() => button.isEnabled(), SOON).toBe(true);
    await button.click();
  };

  it.each(DOCUMENTS)("$file", async ({ file, title }) => {
    const faults: string[] = [];
    const name = file.replace(/\W.*/, "");
    const look = async (what: string) => {
      faults.push(...(await lookAround(page, `corpus-${name}-${what}`, undefined, CROSSWISE)));
    };

    // The file is dropped; what is suggested is published as it is.
    await page.goto(`${portico.url}/new`);
    const dataTransfer = await page.evaluateHandle(
      ([text = "", as = ""]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], as, { type: "application/yaml" }));
        return carried;
      },
      [readCorpus(file) ?? "", file],
    );
    const field = page.getByRole("region", { name: "Import a document" });
    await field.dispatchEvent("dragover", { dataTransfer });
    await field.dispatchEvent("drop", { dataTransfer });
    await page.waitForURL(/\/documents\//, SOON);
    await page.getByRole("heading", { level: 1, name: title }).waitFor(SOON);
    await look("picker");
    await press(page.getByRole("button", { name: /^Publish \d+ tools?$/ }));
    await page.waitForURL(/\/servers\/[^/]+$/, SOON);
    const slug = new URL(page.url()).pathname.split("/")[2] ?? "";
    const mcpUrl = await page.getByLabel("Server URL").inputValue();
    const served = await namesAt(mcpUrl);
    expect(served.length).toBeGreaterThan(0);
    await look("overview");

    // Calls go to an API of ours from here on.
    await portico.api("PATCH", `/api/v1/servers/${slug}`, {
      baseUrl: `http://127.0.0.1:${(anyApi.address() as AddressInfo).port}`,
    });
    const { items } = await portico.api<{ items: ToolOfDraft[] }>("GET", `/api/v1/servers/${slug}/tools`);
    const picked = items.filter(({ isSelected, tool }) => isSelected && tool);
    const takesNothing = ({ tool }: ToolOfDraft) => (tool?.inputSchema.required ?? []).length === 0;
    const reading = picked.filter(({ operation }) => operation.key.startsWith("GET "));
    const chosen = reading.find(takesNothing) ?? reading[0];
    const tool = chosen?.tool;
    if (!chosen || !tool) throw new Error("Nothing that reads was picked.");
    const { key } = chosen.operation;
    const operation = encodeURIComponent(key);

    // One tool gets another name and words of its own.
    await page.goto(`${portico.url}/servers/${slug}/tools`);
    await page.getByRole("searchbox").first().fill(tool.name);
    await page
      .getByRole("treeitem", { name: new RegExp(`\\b${tool.name}\\b`) })
      .first()
      .click();
    const editor = page.getByLabel("Selected tool");
    await editor.getByLabel(/^Name/).first().fill("look_it_up");
    await editor
      .getByLabel(/^Description/)
      .first()
      .fill("Looks it up. Use it when somebody asks for it.");
    await editor
      .getByRole("status")
      .filter({ hasText: /^Saved$/ })
      .first()
      .waitFor(SOON);
    // The filter names it as the document does; it stays in sight all the same.
    await page.getByRole("treeitem", { name: /\blook_it_up\b/ }).waitFor(SOON);
    await look("editor");

    // It is tried on what the document says, and then on the API, and what that answers is kept.
    await page.goto(`${portico.url}/servers/${slug}/tools/${operation}/try`);
    await page.getByRole("button", { name: "Write JSON" }).click();
    const args = exampleValue(tool.inputSchema as Record<string, unknown>);
    await page.getByLabel("Arguments as JSON").fill(JSON.stringify(args));
    await page.getByLabel("Answer from").selectOption({ label: "The document’s example" });
    await press(page.getByRole("button", { name: "Try it" }));
    const happened = page.getByRole("region", { name: "What happened" });
    await happened.getByText(/The answer is (an example in|made up from) the document/).waitFor(SOON);
    expect(asked).toEqual([]);
    await page.getByLabel("Answer from").selectOption({ label: "The API itself" });
    await press(page.getByRole("button", { name: "Call the API" }));
    await page.getByRole("button", { name: "Keep as sample" }).waitFor(SOON);
    await happened.getByText(/It worked · 200/).waitFor(SOON);
    expect(asked.splice(0)).toHaveLength(1);
    await look("try");
    await press(page.getByRole("button", { name: "Keep as sample" }));
    await page.getByText("Kept as the sample of this tool").first().waitFor(SOON);

    // A field of the answer is left out.
    await page.goto(`${portico.url}/servers/${slug}/tools/${operation}/answer`);
    await page.getByText(/Shaped on the sample/).waitFor(SOON);
    await page.getByRole("checkbox", { name: /^answered/ }).uncheck();
    await page.getByText(/% less/).waitFor(SOON);
    await press(page.getByRole("button", { name: "Save in the draft" }));
    await page.getByText("Saved in the draft").first().waitFor(SOON);
    await look("answer");

    // A tool of two calls.
    await page.goto(`${portico.url}/servers/${slug}/own-tools`);
    await press(page.getByRole("button", { name: "Make a tool" }));
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("look_twice");
    await page
      .getByRole("textbox", { name: /^Description/ })
      .first()
      .fill("Looks twice. Use it when once is not enough.");
    for (const step of ["Step 1", "Step 2"]) {
      await press(page.getByRole("button", { name: "Add a step" }));
      await page.getByRole("region", { name: step }).getByLabel("Calls").selectOption(key);
    }
    const trying = page.getByRole("region", { name: "Try it" });
    await press(trying.getByRole("button", { name: "Run all steps" }));
    await expect.poll(() => trying.getByText(/^1 call · /).count(), SOON).toBe(2);
    expect(asked.splice(0)).toHaveLength(2);
    await press(page.getByRole("button", { name: "Save in the draft" }));
    await page.getByRole("button", { name: "Edit tool look_twice" }).waitFor(SOON);

    // The first of what would help models is taken, for all that it concerns.
    await page.goto(`${portico.url}/servers/${slug}/tools`);
    const fixable = async () =>
      (await portico.api<{ findings: { fix?: object }[] }>("GET", `/api/v1/servers/${slug}/lint`)).findings.filter(
        ({ fix }) => fix,
      ).length;
    const before = await fixable();
    await page.getByText(/\d+ things? would help models/).click();
    if (before > 0) {
      await press(page.getByRole("button", { name: /^Fix (all|\d+)/ }).first());
      await page
        .getByText(/findings? fixed in the draft/)
        .first()
        .waitFor(SOON);
      await expect.poll(fixable, SOON).toBeLessThan(before);
    }
    await look("lint");

    // Published with a note, called by a client, compared and taken back.
    await press(page.getByRole("button", { name: "Publish changes" }));
    const dialog = page.getByRole("dialog", { name: "Publish changes" });
    await dialog.getByLabel("Note").fill("One tool has a better name, and one is new.");
    await look("publish");
    await press(dialog.getByRole("button", { name: /^Publish \d/ }));
    await page.getByText("Version 2 is served").first().waitFor(SOON);
    await expect.poll(() => namesAt(mcpUrl), SOON).toEqual(expect.arrayContaining(["look_it_up", "look_twice"]));
    const client = await connect(mcpUrl);
    const answer = (await client.callTool({ name: "look_it_up", arguments: args as Record<string, unknown> })) as {
      content: { text: string }[];
    };
    expect(answer.content[0]?.text).toContain('"two"');
    expect(answer.content[0]?.text).not.toContain("answered");
    expect((await client.callTool({ name: "look_twice", arguments: {} })).isError).not.toBe(true);
    await client.close();
    expect(asked.splice(0)).toHaveLength(3);
    expect(await namesAt(`${mcpUrl}/read`)).toContain("look_it_up");
    await page.goto(`${portico.url}/servers/${slug}/versions/compare?before=2&after=1`);
    await look("compare");
    await press(page.getByRole("button", { name: /^Roll back to version 1$/ }));
    await page.getByRole("alertdialog").getByRole("button", { name: "Roll back to version 1" }).click();
    await page.getByText("Version 1 is served").first().waitFor(SOON);
    await expect.poll(() => namesAt(mcpUrl), SOON).toEqual(served);
    expect(problems).toEqual([]);
    expect(faults).toEqual([]);
  });
});
