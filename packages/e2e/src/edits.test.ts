import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium, lookAround, signIn } from "./chromium.ts";
import { owner, type Portico, publish, startPortico } from "./portico.ts";

const SOON = { timeout: 30_000 };
const LIST = "GET /books";
const grace = { email: "grace@example.com", password: "nanoseconds matter" };

const books = {
  openapi: "3.1.0",
  info: { title: "Books", version: "1" },
  servers: [{ url: "https://books.example.com" }],
  paths: {
    "/books": {
      get: {
        operationId: "listBooks",
        summary: "All books",
        description: "Lists all books. Use it to look around.",
        parameters: [
          { name: "author", in: "query", schema: { type: "string" }, description: "Who wrote it." },
          { name: "limit", in: "query", schema: { type: "integer", maximum: 50 }, description: "How many at most." },
        ],
        responses: {
          200: {
            description: "ok",
            content: { "application/json": { example: [{ title: "Sphere", author: "Michael", pages: 371 }] } },
          },
        },
      },
      post: { operationId: "addBook", description: "Adds a book. Use it when told to.", responses: {} },
    },
    "/shelves": { get: { operationId: "listShelves", description: "Lists all shelves.", responses: {} } },
  },
};

describe.skipIf(!chromiumPath)("the edits of two people", () => {
  let portico: Portico;
  let browser: Browser;
  let ada: Page;
  let hopper: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    portico = await startPortico();
    await publish(portico, { source: { content: JSON.stringify(books) }, slug: "books", select: "all" });
    browser = await launchChromium();
    ada = await open();
    await signIn(ada, portico.url, owner);
    const link = await ada.evaluate(async (email) => {
      const body = JSON.stringify({ email, role: "builder" });
      return ((await (await fetch("/api/v1/invitations", { method: "POST", body })).json()) as { url: string }).url;
    }, grace.email);
    hopper = await open();
    await hopper.goto(link);
    await hopper.getByLabel("Your name").fill("Grace Hopper");
    await hopper.getByLabel("Password").fill(grace.password);
    await hopper.getByRole("button", { name: "Join acme" }).click();
    await hopper.waitForURL(`${portico.url}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  /** A browser of its own. */
  async function open(): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    return page;
  }
  const toolsPage = (page: Page) => page.goto(`${portico.url}/servers/books/tools`);
  /** The page of the tool alone. */
  const toolPage = (page: Page) => page.goto(`${portico.url}/servers/books/tools/${encodeURIComponent(LIST)}`);
  const row = (page: Page, name: string) => page.getByRole("treeitem", { name: new RegExp(name) });
  const openTool = async (page: Page, name: string) => {
    await row(page, name).click();
    await expect.poll(() => field(page, "Name").inputValue(), SOON).toBe(name);
  };
  /** A field has another label once it differs from the document. */
  const field = (page: Page, name: string) =>
    page
      .getByLabel(new RegExp(`^${name}(, differs from the document)?$`))
      .filter({ visible: true })
      .first();
  const status = (page: Page, words: RegExp) =>
    page.getByRole("status").filter({ hasText: words, visible: true }).first().waitFor(SOON);
  const notice = (page: Page) => page.getByRole("alert").filter({ hasText: "Somebody else changed", visible: true });
  const tool = (operation = LIST) =>
    portico.api<{ patch: Record<string, unknown>; tool: { title?: string } }>(
      "GET",
      `/api/v1/servers/books/tools/${encodeURIComponent(operation)}`,
    );
  const patch = async () => (await tool()).patch;

  it("of different fields both stay, and each is told that it is saved", async () => {
    await toolsPage(ada);
    await openTool(ada, "listBooks");
    await toolPage(hopper);
    await field(ada, "Title").fill("Every book");
    await field(hopper, "Description").fill("Lists books by author. Use it first.");
    // A pause is enough for her, leaving the field for the other.
    await field(hopper, "Description").blur();
    await status(ada, /^Saved$/);
    await status(hopper, /^Saved$/);
    expect(await patch()).toEqual({
      title: "Every book",
      description: "Lists books by author. Use it first.",
    });
    await ada.getByText("Saved in the draft: listBooks").first().waitFor();
    // What the other wrote is there without a reload, once something of the tool is read again.
    await expect.poll(() => field(ada, "Description").inputValue(), SOON).toBe("Lists books by author. Use it first.");
  });

  it("of the same field are shown side by side, and one of them is chosen", async () => {
    await toolPage(hopper);
    await field(ada, "Title").fill("Ada’s books");
    await field(ada, "Title").blur();
    await expect.poll(async () => (await patch()).title, SOON).toBe("Ada’s books");
    await field(hopper, "Title").fill("Grace’s books");
    await field(hopper, "Title").blur();
    await notice(hopper).waitFor(SOON);
    await status(hopper, /^Not saved: somebody else changed the title too\.$/);
    const told = await notice(hopper).textContent();
    expect(told).toMatch(/title.*YoursGrace’s books.*TheirsAda’s books/);
    expect((await patch()).title).toBe("Ada’s books");
    expect(await lookAround(hopper, "edits-conflict", notice(hopper))).toEqual([]);
    await hopper.getByRole("button", { name: /^Keep mine ?: title$/ }).press("Enter");
    await expect.poll(async () => (await patch()).title, SOON).toBe("Grace’s books");
    await status(hopper, /^Saved$/);
    expect(await notice(hopper).count()).toBe(0);

    // The other way round: she has not seen that one yet.
    await field(ada, "Title").fill("Ada’s again");
    await field(ada, "Title").blur();
    await notice(ada).waitFor(SOON);
    await ada.getByRole("button", { name: /^Take theirs ?: title$/ }).press("Enter");
    await expect.poll(() => field(ada, "Title").inputValue()).toBe("Grace’s books");
    await expect.poll(() => notice(ada).count()).toBe(0);
    expect((await patch()).title).toBe("Grace’s books");
  });

  it("are saved at once when another row is opened, and stay when they cannot be", async () => {
    await ada.goto(`${portico.url}/servers/books`);
    await ada
      .getByRole("navigation", { name: "Server" })
      .getByRole("link", { name: /^Tools/ })
      .click();
    await openTool(ada, "listBooks");
    await field(ada, "Title").fill("Half a ti");
    await openTool(ada, "addBook");
    await expect.poll(async () => (await patch()).title, { timeout: 5_000 }).toBe("Half a ti");

    await field(ada, "Name").fill("add book");
    await field(ada, "Title").fill("Adds one");
    await openTool(ada, "listShelves");
    await ada.getByText("What you wrote of another tool is not saved").waitFor();
    expect((await tool("POST /books")).patch).toEqual({ title: "Adds one" });
    expect(await lookAround(ada, "edits-kept", ada.getByText("What you wrote of another tool is not saved"))).toEqual(
      [],
    );
    await ada.getByRole("button", { name: "Open addBook" }).click();
    await expect.poll(() => field(ada, "Name").inputValue()).toBe("add book");
    await status(ada, /^Not saved: the name\. Use 1 to 64 letters/);

    // Going elsewhere asks.
    await ada.getByRole("link", { name: "Own tools", exact: true }).click();
    const question = ada.getByRole("alertdialog", { name: "Leave without saving?" });
    await question.waitFor();
    expect(await lookAround(ada, "edits-leaving")).toEqual([]);
    await question.getByRole("button", { name: "Stay here" }).click();
    expect(await field(ada, "Name").inputValue()).toBe("add book");
    // So does the way back.
    await ada.evaluate("history.back()");
    await question.waitFor();
    await question.getByRole("button", { name: "Stay here" }).click();
    expect(new URL(ada.url()).pathname).toBe("/servers/books/tools");
    expect(await field(ada, "Name").inputValue()).toBe("add book");
    await ada.getByRole("button", { name: "Discard" }).filter({ visible: true }).press("Enter");
    await expect.poll(() => field(ada, "Name").inputValue()).toBe("addBook");
    // And does not, when all can be saved on the way.
    await field(ada, "Title").fill("Adds a book");
    await ada.getByRole("link", { name: "Own tools", exact: true }).click();
    await ada.waitForURL(/\/own-tools$/);
    await expect.poll(async () => (await tool("POST /books")).patch, SOON).toEqual({ title: "Adds a book" });
  });

  it("are undone, unless somebody else has changed the same since", async () => {
    await toolsPage(ada);
    await openTool(ada, "listBooks");
    const before = (await patch()).title;
    await field(ada, "Title").fill("By mistake");
    await status(ada, /^Saved$/);
    await ada.getByRole("button", { name: "Undo" }).last().press("Enter");
    await ada.getByText("The change is taken back").first().waitFor();
    await expect.poll(() => field(ada, "Title").inputValue()).toBe(before);
    expect((await patch()).title).toBe(before);

    await field(ada, "Title").fill("On purpose");
    await status(ada, /^Saved$/);
    await toolPage(hopper);
    await field(hopper, "Title").fill("By Grace");
    await status(hopper, /^Saved$/);
    await ada.getByRole("button", { name: "Undo" }).filter({ visible: true }).first().press("Enter");
    await status(ada, /can no longer be undone/);
    expect((await patch()).title).toBe("By Grace");
  });

  it("are shown as each client will get them, with what they cost before and now", async () => {
    await toolPage(hopper);
    await field(hopper, "Description").fill("Lists books.");
    await status(hopper, /^Saved$/);
    const asked: string[] = [];
    hopper.on("request", (request) => asked.push(request.url()));
    const section = hopper.getByRole("region", { name: "For each client" });
    const summary = hopper.getByText("For each client", { exact: true }).first();
    expect(asked.filter((url) => url.endsWith("/clients"))).toEqual([]);
    await summary.click();
    const schema = (client: string) => section.getByRole("region", { name: `Schema for ${client}` });
    await schema("Claude Code").getByText('"maximum": 50').waitFor();
    await section.getByText("Lists books.", { exact: true }).waitFor();
    await section.getByText("from the document to the draft").waitFor();
    expect(asked.filter((url) => url.endsWith("/clients"))).toHaveLength(1);
    await section.getByLabel("Client").selectOption("Gemini CLI");
    await section.getByText(/Limits and formats stand in the description: limit/).waitFor();
    expect(await schema("Gemini CLI").getByText('"maximum": 50').count()).toBe(0);
    expect(await lookAround(hopper, "edits-clients", section.getByText("Limits and formats"))).toEqual([]);
    // What is written meanwhile is there once it is saved.
    await hopper.getByLabel("Before each call").selectOption("ask");
    await section.getByLabel("Client").selectOption({ index: 1 });
    await section.getByText("Cannot ask a person, so nothing is sent.").waitFor();
  });

  it("of an answer's shape are chosen between, and asked about when the page is left", async () => {
    await hopper.goto(`${portico.url}/servers/books/tools/${encodeURIComponent(LIST)}/answer`);
    const format = hopper.getByLabel("Written as");
    await format.selectOption("csv");
    await hopper.getByRole("link", { name: "Own tools", exact: true }).click();
    const question = hopper.getByRole("alertdialog", { name: "Leave without saving?" });
    await question.getByText("how you shaped the answer").waitFor();
    await question.getByRole("button", { name: "Stay here" }).click();
    const theirs = { format: "table" };
    await portico.api("PATCH", `/api/v1/servers/books/tools/${encodeURIComponent(LIST)}`, { shape: theirs });
    await hopper.getByRole("button", { name: "Save in the draft" }).press("Enter");
    await hopper.getByText("Somebody else shaped this answer meanwhile, and nothing was saved").waitFor();
    expect((await patch()).shape).toEqual(theirs);
    expect(await format.inputValue()).toBe("csv");
    await hopper.getByRole("button", { name: "Keep mine" }).click();
    await expect.poll(async () => (await patch()).shape, SOON).toEqual({ format: "csv" });
    await hopper.getByText("Served from the next publish on").waitFor();
  });

  it("of what is picked both stay, and nothing picked is left behind unasked", async () => {
    await toolsPage(ada);
    await toolsPage(hopper);
    const pick = (page: Page, name: string) => row(page, name).locator("[data-pick]").click();
    const save = async (page: Page) => {
      await page.getByRole("button", { name: "Save without publishing" }).press("Enter");
      await page.getByText("Saved in the draft").first().waitFor();
    };
    await pick(ada, "listShelves");
    await pick(hopper, "addBook");
    await save(ada);
    await save(hopper);
    expect((await portico.api<{ selection: string[] }>("GET", "/api/v1/servers/books")).selection).toEqual([LIST]);
    // Hers is in her list too now, and is no change of hers.
    await expect.poll(() => hopper.getByRole("button", { name: "Save without publishing" }).count(), SOON).toBe(0);

    await pick(hopper, "listShelves");
    await hopper.getByRole("link", { name: "Own tools", exact: true }).click();
    const question = hopper.getByRole("alertdialog", { name: "Leave without saving?" });
    await question.getByText("which tools you picked or dropped").waitFor();
    await question.getByRole("button", { name: "Leave without saving" }).click();
    await hopper.waitForURL(/\/own-tools$/);
    expect(problems).toEqual([]);
  });
});
