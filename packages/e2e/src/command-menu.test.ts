import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium } from "./chromium.ts";
import { owner, type Portico, publish, startPortico } from "./portico.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;
const member = { email: "mia@example.com", password: "a member's long password" };

const describing = (title: string, ...paths: string[]) => ({
  openapi: "3.1.0",
  info: { title, version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: Object.fromEntries(paths.map((at) => [at, { get: { summary: `Reads ${at}`, responses: {} } }])),
});

describe.skipIf(!chromiumPath)("the command menu", () => {
  let portico: Portico;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    portico = await startPortico();
    for (const [title, ...paths] of [
      ["Orders", "/orders", "/orders/{id}/lines"],
      ["Parcels", "/parcels", "/parcels/{id}"],
    ] as const)
      await publish(portico, { source: { content: JSON.stringify(describing(title, ...paths)) }, select: "all" });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await signIn(context, owner);
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  async function signIn(into: BrowserContext, who: { email: string; password: string }): Promise<Page> {
    const opened = await into.newPage();
    opened.on("pageerror", (error) => problems.push(error.message));
    await opened.goto(`${portico.url}/sign-in`);
    await opened.getByLabel(/e-mail/i).fill(who.email);
    await opened
      .getByLabel(/password/i)
      .first()
      .fill(who.password);
    await opened.keyboard.press("Enter");
    await opened.waitForURL(`${portico.url}/`);
    return opened;
  }
  const field = (on = page) => on.getByRole("combobox", { name: /^search servers/i });
  const options = (on = page) => on.getByRole("option");
  /** Types, and waits until what is said is of this text. */
  const type = async (text: string, on = page) => {
    await field(on).fill(text);
    await on
      .getByRole("dialog")
      .getByRole("status")
      .getByText(/result|nothing/i)
      .waitFor();
  };
  const open = async (on = page) => {
    await on.keyboard.press("Control+k");
    await field(on).waitFor();
  };

  it("leads to servers, their pages, tools, documents, settings and actions with the keyboard", async () => {
    await page.getByRole("link", { name: "New server" }).focus();
    await open();
    expect(await field().evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    await field().waitFor({ state: "detached" });
    // Back to where the keys were.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("New server");

    await open();
    await type("parcels versions");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/servers\/parcels\/versions$/);

    // By path, whatever server one is at.
    await open();
    expect(await page.getByRole("group", { name: "This server" }).getByRole("option").count()).toBeGreaterThan(5);
    await type("/orders/{id}/lines");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/servers\/orders\/tools\/GET%20%2Forders%2F%7Bid%7D%2Flines$/);
    await open();
    await type("try lines");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/servers\/orders\/tools\/[^/]+\/try$/);

    await open();
    await type("audit");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings\/audit-log$/);
    await open();
    await type("orders");
    await page.getByRole("group", { name: "Documents" }).getByRole("option").first().click();
    await page.waitForURL(/\/documents\//);

    await open();
    await type("copy the url of parcels");
    await page.keyboard.press("Enter");
    await page.getByText("Copied the URL of Parcels").first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${portico.url}/mcp/acme/parcels`);

    await open();
    await type("dark");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await open();
    await type("theme as the system");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it("tells a screen reader which of how many is chosen", async () => {
    await open();
    await type("orders");
    const count = await options().count();
    expect(await page.getByRole("dialog").getByRole("status").textContent()).toBe(`${count} results`);
    const current = async () => {
      const id = await field().getAttribute("aria-activedescendant");
      return options().evaluateAll((all, wanted) => all.findIndex((one) => one.id === wanted), id);
    };
    expect(await current()).toBe(0);
    await page.keyboard.press("ArrowDown");
    expect(await current()).toBe(1);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await current()).toBe(count - 1);
    expect(await page.getByRole("option", { selected: true }).count()).toBe(1);
    await type("no such thing anywhere");
    expect(await options().count()).toBe(0);
    expect(await field().getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("Escape");
  });

  it("is at hand on a phone, in light and dark", async () => {
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${portico.url}/servers/orders`);
        await page.getByRole("button", { name: "Search" }).click();
        for (const text of ["", "orders", "no such thing anywhere"]) {
          await type(text);
          faults.push(...(await accessibilityFaults(page)));
          const isWide = await page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth",
          );
          expect(isWide, `${text} at ${width}`).toBe(false);
          const name = `command-menu-${text.split(" ")[0] || "idle"}-${width}-${colorScheme}.png`;
          if (picturesDir) await page.screenshot({ path: path.join(picturesDir, name) });
        }
        await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
      }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    expect(faults).toEqual([]);
  });

  it("offers a member nothing that a member may not do", async () => {
    const link = await page.evaluate(async (email) => {
      const body = JSON.stringify({ email, role: "member" });
      return ((await (await fetch("/api/v1/invitations", { method: "POST", body })).json()) as { url: string }).url;
    }, member.email);
    const guest = await (await browser.newContext()).newPage();
    await guest.goto(link);
    await guest.getByLabel("Your name").fill("Mia");
    await guest.getByLabel("Password").fill(member.password);
    await guest.getByRole("button", { name: "Join acme" }).click();
    await guest.waitForURL(`${portico.url}/`);
    const shown = async (text: string) => {
      await type(text, guest);
      return (await options(guest).allTextContents()).map((words) => words.split(",")[0]);
    };
    await guest.goto(`${portico.url}/servers/orders`);
    await open(guest);
    expect(await shown("orders versions")).toEqual(["Versions"]);
    for (const text of ["orders access", "orders settings", "new server", "api keys", "audit", "try lines"])
      expect(await shown(text), text).not.toContainEqual(
        expect.stringMatching(/^(Access|Settings|New server|API keys|Audit log|Try )/),
      );
    expect(await shown("lines")).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});
