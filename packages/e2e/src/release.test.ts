import http from "node:http";
import type { AddressInfo } from "node:net";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { startSmtp } from "@portico/mail/testing";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, lookAround, openSignedIn } from "./chromium.ts";
import { owner, type Portico, publish, startPortico, waitFor } from "./portico.ts";
import { connect, namesAt, oauthProvider, startCallback } from "./sdk-client.ts";

/** A library and its description, at one address; what it is changes as the story goes. */
const library = { paths: ["/books"], bookParameters: [] as object[], status: 200, hold: Promise.resolve(), asked: 0 };
const site = http.createServer(async (request, response) => {
  response.setHeader("content-type", "application/json");
  if (request.url !== "/openapi.json") return response.end(JSON.stringify({ title: "A Memory Called Empire" }));
  library.asked++;
  await library.hold;
  response.writeHead(library.status).end(describeLibrary());
});
const siteUrl = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`;

function describeLibrary(): string {
  const answer = { responses: { 200: { description: "ok" } } };
  const number = { name: "number", in: "path", required: true, schema: { type: "integer" } };
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Library", version: "1" },
    servers: [{ url: siteUrl() }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    paths: {
      ...Object.fromEntries(library.paths.map((at) => [at, { get: { summary: `List ${at.slice(1)}`, ...answer } }])),
      "/books/{number}": {
        get: {
          operationId: "getBook",
          summary: "Read one book",
          parameters: [number, ...library.bookParameters],
          ...answer,
        },
        delete: { operationId: "removeBook", summary: "Remove a book", parameters: [number], ...answer },
      },
    },
  });
}

describe.skipIf(!chromiumPath)("a release", () => {
  let portico: Portico;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  let browser: Browser;
  let page: Page;
  let mcpUrl: string;
  let documentId: string;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    smtp = await startSmtp();
    portico = await startPortico({
      env: { PORTICO_SMTP_URL: smtp.url, PORTICO_MAIL_FROM: "Portico <portico@example.com>" },
    });
    const { server } = await publish(portico, {
      source: { url: `${siteUrl()}/openapi.json` },
      slug: "library",
      select: "all",
    });
    mcpUrl = server.mcpUrl;
    ({ documentId } = await portico.api<{ documentId: string }>("GET", `/api/v1/servers/${server.id}`));
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
    await smtp?.stop();
    site.close();
  });

  const at = (part = "") => `${portico.url}/servers/library${part}`;
  const button = (name: RegExp) => page.getByRole("button", { name });
  const look = async (name: string, bring?: Locator) => {
    faults.push(...(await lookAround(page, name, bring)));
  };
  const editTool = (operation: string, patch: object) =>
    portico.api("PATCH", `/api/v1/servers/library/tools/${encodeURIComponent(operation)}`, patch);

  it("shows what breaks before it is published, takes a note, and serves it", async () => {
    await editTool("GET /books/{number}", { name: "read_book", description: "Reads one book by its number." });
    await page.goto(at("/tools"));
    await page
      .getByRole("treeitem", { name: /removeBook/ })
      .locator("[data-pick]")
      .click();
    await button(/^Publish changes$/).click();
    const dialog = page.getByRole("dialog", { name: "Publish changes" });
    const breaking = dialog.getByRole("region", { name: "Breaking" });
    await breaking.getByText("Who calls it is told that there is no such tool.").waitFor();
    await breaking.getByText(/It is called read_book now/).waitFor();
    await dialog.getByText(/2 tools want the credential “key”, and none is stored/).waitFor();
    await look("publish");
    await dialog.getByLabel("Note").fill("Reading by number has a name of its own.\nNobody removed books with it.");
    await look("publish-note", dialog.getByLabel("Note"));
    await dialog.getByRole("button", { name: "Publish 2 tools" }).click();
    await page.getByText("Version 2 is served").first().waitFor();
    await expect.poll(() => namesAt(mcpUrl)).toEqual(expect.arrayContaining(["read_book"]));
  });

  it("is stopped by what cannot be published, with the way out", async () => {
    await portico.api("PATCH", "/api/v1/servers/library", {
      composedTools: [{ name: "read_book", description: "x", steps: [{ id: "a", operation: "GET /books" }] }],
    });
    await page.goto(at("/own-tools"));
    await button(/^Publish changes$/).click();
    const dialog = page.getByRole("dialog", { name: "Publish changes" });
    await dialog.getByText(/Two tools are called read_book/).waitFor();
    expect(await dialog.getByRole("button", { name: /^Publish \d/ }).isDisabled()).toBe(true);
    await look("publish-stopped");
    await dialog.getByRole("link", { name: "Open own tools" }).waitFor();
    await portico.api("PATCH", "/api/v1/servers/library", { composedTools: [] });
  });

  it("is compared with any other, at an address of its own, and taken back from there", async () => {
    await page.goto(at("/versions"));
    await page.getByText("Nobody removed books with it.").waitFor();
    await look("versions");
    await page.getByRole("link", { name: "Compare two versions" }).click();
    await page.waitForURL(/\/versions\/compare$/);
    await page.getByLabel("From").selectOption("2");
    await page.getByLabel("To").selectOption("1");
    await button(/^Compare$/).click();
    await page.waitForURL(/compare\?before=2&after=1$/);
    await page.getByRole("heading", { name: "What changes from version 2 to version 1" }).waitFor();
    await page.getByRole("region", { name: "Added" }).getByText("removeBook").waitFor();
    await look("compare");
    await button(/^Roll back to version 1$/).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Roll back to version 1" }).click();
    await page.getByText("Version 1 is served").first().waitFor();
    await expect.poll(() => namesAt(mcpUrl)).toEqual(expect.arrayContaining(["removeBook"]));
    await page.goto(at("/versions/compare?before=7&after=x"));
    await page.getByText("There is no such version").waitFor();
  });

  it("has a URL that only reads, for whoever copies it and for a client that asks its person", async () => {
    await page.goto(at());
    await button(/^Connect$/).click();
    await page.getByRole("radio", { name: /^Reading only/ }).check();
    const readUrl = await page.getByLabel("URL that only reads").inputValue();
    expect(readUrl).toBe(`${mcpUrl}/read`);
    await look("connect");
    const names = await namesAt(readUrl);
    expect(names).toContain("getBook");
    expect(names).not.toContain("removeBook");
    const client = await connect(readUrl);
    await expect(client.callTool({ name: "removeBook", arguments: { number: 1 } })).rejects.toThrow(/removeBook/);
    expect(JSON.stringify(await client.callTool({ name: "getBook", arguments: { number: 1 } }))).toContain("Empire");
    await client.close();

    const callback = await startCallback();
    const opened: URL[] = [];
    const authProvider = oauthProvider(callback.url, (url) => opened.push(url));
    const transport = () => new LegacyTransport(new URL(readUrl), { authProvider });
    const first = transport();
    const person = () => new LegacyClient({ name: "story", version: "1" });
    await expect(person().connect(first)).rejects.toThrow();
    await page.goto(opened[0]?.href ?? "");
    await page.getByRole("heading", { name: /wants to read Library/ }).waitFor();
    await page.getByText("What it may do: reading only").waitFor();
    expect(await page.getByRole("radio").count()).toBe(0);
    await look("consent");
    await button(/^Connect .* to Library$/).click();
    await first.finishAuth(await callback.code);
    callback.stop();
    const connected = person();
    await connected.connect(transport());
    expect((await connected.listTools()).tools.map(({ name }) => name)).toEqual(names);
    await connected.close();
    await page.goto(at("/connections"));
    await page.getByText("URL that only reads").waitFor();
    await look("connections");
    await page.goto(`${portico.url}/connections`);
    await page
      .getByText(/the URL that only reads/)
      .first()
      .waitFor();
    await button(/^Change/)
      .first()
      .click();
    await page.getByText(/For more, connect it to the full URL/).waitFor();
    await look("own-connection");
    await page.goto(`${portico.url}/s/acme/library`);
    await page.getByText("To read and nothing else, use").waitFor();
    await look("public");
  });

  it("begins with a document that is looked at by itself: a worker that ends in between costs nothing, and one mail comes", async () => {
    await page.goto(at());
    library.paths.push("/authors");
    let release = () => {};
    library.hold = new Promise((resolve) => {
      release = resolve;
    });
    library.asked = 0;
    await page.getByLabel("Look at the link again").selectOption("day");
    await page.getByText("The link is looked at every day, beginning now").first().waitFor();
    await waitFor(() => library.asked > 0, 30_000);
    for (const pid of portico.pidsOf("worker")) process.kill(pid, "SIGKILL");
    library.hold = Promise.resolve();
    release();
    const mail = await smtp.mailTo(owner.email, 60_000);
    expect(mail.header("subject")).toBe("Library changed");
    expect(mail.text).toContain("Added (1): GET /authors");
    expect(mail.text).toContain(at("/upgrade"));
    await page.goto(at());
    const banner = page.getByRole("complementary", { name: "The document changed" });
    await banner.getByText(/1 added/).waitFor();
    await page.getByText(/it had changed/).waitFor();
    await look("watched", page.getByLabel("Look at the link again"));
    expect(await namesAt(mcpUrl)).toHaveLength(3);
    const watched = await portico.api<{ watch: object }>("GET", `/api/v1/documents/${documentId}`);
    expect(watched.watch).toMatchObject({ every: "day", outcome: "changed" });

    library.status = 503;
    await page.getByLabel("Look at the link again").selectOption("week");
    await page.getByText("The link is looked at every week, beginning now").first().waitFor();
    const outcome = async () =>
      (await portico.api<{ watch: { outcome: string } }>("GET", `/api/v1/documents/${documentId}`)).watch.outcome;
    await expect.poll(outcome, { timeout: 30_000 }).toBe("failed");
    await page.goto(at());
    await page.getByText("The link needs attention").waitFor();
    await page.getByRole("alert").getByText(/503/).waitFor();
    await look("watch-failed", page.getByLabel("Look at the link again"));
    expect(smtp.received.filter(({ to }) => to.includes(owner.email))).toHaveLength(1);
  });

  it("takes an upgrade back while nobody changed the draft since, and makes the draft of an earlier version", async () => {
    library.status = 200;
    const pickAndApply = async () => {
      await page.getByRole("checkbox", { name: /authors/ }).check();
      await button(/^Apply to draft$/).click();
      await page.getByText("The draft is built from revision 2 now").waitFor();
    };
    const draft = () => portico.api<{ selection: string[]; lock: number }>("GET", "/api/v1/servers/library");
    const before = await draft();
    await page.goto(at("/upgrade"));
    await pickAndApply();
    expect((await draft()).selection).toContain("GET /authors");
    await button(/^Undo$/).click();
    await page.getByText("The draft is as it was before").first().waitFor();
    await page.getByRole("heading", { name: "What changed in the document" }).waitFor();
    expect((await draft()).selection).toEqual(before.selection);

    await pickAndApply();
    await look("upgrade-applied");
    await editTool("GET /books", { title: "Somebody else's" });
    await button(/^Undo the upgrade$/).click();
    await page
      .getByRole("alert")
      .getByText(/The draft was changed since, so nothing was taken back/)
      .waitFor();
    await look("upgrade-not-undone");
    expect((await draft()).selection).toContain("GET /authors");

    await page.goto(at("/versions"));
    await button(/^Use as draft version 1$/).click();
    const dialog = page.getByRole("dialog", { name: "Use version 1 as draft" });
    await dialog.getByText(/1 picked tool/).waitFor();
    await dialog.getByText(/The revision of 1 document/).waitFor();
    await look("use-as-draft");
    await dialog.getByRole("button", { name: "Use version 1 as draft" }).click();
    await page.waitForURL(/\/tools$/);
    expect((await draft()).selection).toEqual(["GET /books", "GET /books/{number}", "DELETE /books/{number}"]);
    await button(/^Undo$/).click();
    await page.getByText("The draft is as it was before").first().waitFor();
    expect((await draft()).selection).toContain("GET /authors");
    expect(await namesAt(mcpUrl)).toHaveLength(3);
  });

  it("is merged row by row: what is held back stays as it was, is said to be, and is let go of later", async () => {
    library.paths = ["/authors"];
    library.bookParameters = [{ name: "edition", in: "query", required: true, schema: { type: "integer" } }];
    await page.goto(at());
    await button(/^Check for a new version$/).click();
    await page.waitForURL(/\/upgrade/);
    const breaking = page.getByRole("region", { name: "Breaking" });
    await breaking.getByRole("button", { name: "Keep all 2 as they were" }).click();
    await page.getByText("2 operations held back").waitFor();
    await look("upgrade-hold", breaking);
    await breaking.getByRole("group", { name: "GET /books/{number}" }).getByLabel("Take the new one").check();
    await page.getByText("1 operation held back").waitFor();
    await button(/^Apply to draft$/).click();
    await page.getByText("The draft is built from revision 3 now").waitFor();
    await page.getByRole("heading", { name: "Held back of the document" }).waitFor();
    await look("upgrade-held");

    await page.goto(at("/tools"));
    const row = page.getByRole("treeitem", { name: /get_books.*Held/ });
    await row.waitFor();
    await row.click();
    await page.getByText(/^Held at revision \d of the document/).waitFor();
    await page.getByText(/taking what it says drops the tool/).waitFor();
    await look("tool-held", row);
    await button(/^Publish changes$/).click();
    await page.getByText(/^The tool .* is held back/).waitFor();
    await button(/^Not now$/).click();

    await button(/^Take what the document says now$/).click();
    await page.getByText("The document has GET /books no more").first().waitFor();
    await row.waitFor({ state: "detached" });
    await button(/^Undo$/).click();
    await page.getByText("The draft is as it was before").first().waitFor();
    await row.waitFor();
    expect(await portico.api("GET", "/api/v1/servers/library/upgrade")).toMatchObject({
      held: [{ operation: "GET /books", revision: { number: 2 } }],
    });
  });

  it("has pages that axe finds nothing wrong with", () => {
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });
});
