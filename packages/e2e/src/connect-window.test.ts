import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround, signIn } from "./chromium.ts";
import { authorizeUrl, type OAuthClient, redeem, register, type Tokens } from "./oauth-client.ts";
import { owner, type Portico, publish, startPortico } from "./portico.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** As large as the windows in which ChatGPT and Claude connect. */
const WINDOW = { width: 500, height: 640 };

const ok = { responses: { 200: { description: "ok" } } };
const boats = (url: string) => ({
  openapi: "3.1.0",
  info: { title: "Boats", version: "1" },
  servers: [{ url }],
  paths: {
    "/boats": { get: { operationId: "listBoats", ...ok }, post: { operationId: "addBoat", ...ok } },
    "/boats/all": { delete: { operationId: "sinkBoats", ...ok } },
  },
});

/**
 * The page of a client on another site: its button opens what is behind the # in a window, and the page that the window comes back to
 * hands its answer to the one that opened it and closes.
 */
async function startClientSite(): Promise<{ url: string; stop: () => void }> {
  const page = `<!doctype html><html lang="en"><title>Client</title><h1>Client</h1><button>Connect</button><script>
    document.querySelector("button").onclick = () =>
      open(location.hash.slice(1), "connect", "popup,width=${WINDOW.width},height=${WINDOW.height}");
    onmessage = ({ data, origin }) => { if (origin === location.origin) document.title = data; };
  </script></html>`;
  const back = `<!doctype html><title>Back</title><script>
    if (opener) { opener.postMessage(location.search, location.origin); close(); }
    else document.title = "nobody opened this";
  </script>`;
  const server = http.createServer(({ url }, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(url?.startsWith("/callback") ? back : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  // By its name and not its number: another site than Portico's, as every client of the web is.
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, stop };
}

const LOOKS = (["light", "dark"] as const).map((colorScheme) => ({ screen: WINDOW, colorScheme }));

/** What has the focus, and whether whoever looks can tell: it is ringed, and within the window. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === document.body) return { name: "" };
  const label = element.labels?.[0]?.innerText ?? element.innerText ?? "";
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return {
    name: element.tagName === "SELECT" ? label : label.split("\\n")[0].trim(),
    isRinged: (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none",
    isInSight: top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth,
  };
})()`;
interface Focused {
  name: string;
  isRinged: boolean;
  isInSight: boolean;
}

describe.skipIf(!chromiumPath)("somebody who connects in a window that their client opened", () => {
  let portico: Portico;
  let upstream: Recorder;
  let site: Awaited<ReturnType<typeof startClientSite>>;
  let browser: Browser;
  let context: BrowserContext;
  let opener: Page;
  let client: OAuthClient;
  let mcpUrl: string;
  const faults: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    [portico, upstream, site] = await Promise.all([startPortico(), startRecorder(), startClientSite()]);
    const source = { content: JSON.stringify(boats(upstream.url)) };
    mcpUrl = (await publish(portico, { source, slug: "boats", select: "all" })).server.mcpUrl;
    for (const name of ["Production", "Staging"])
      await portico.api("POST", "/api/v1/servers/boats/profiles", {
        name,
        settings: { baseUrl: `${upstream.url}/${name.toLowerCase()}` },
      });
    client = await register(mcpUrl, {}, `${site.url}/callback`);
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    opener = await context.newPage();
    await signIn(opener, portico.url);
  });
  afterAll(async () => {
    await browser?.close();
    site?.stop();
    await Promise.all([portico?.stop(), upstream?.stop()]);
  });

  /** Presses the client's button; gives the window that it opens, once it is at the connect page. */
  async function openWindow(): Promise<Page> {
    await opener.goto(`${site.url}/#${authorizeUrl(client)}`);
    // What is behind the # is of the page that is there already.
    await opener.reload();
    const [opened] = await Promise.all([opener.waitForEvent("popup"), opener.getByRole("button").click()]);
    opened.on("pageerror", ({ message }) => problems.push(message));
    await opened.waitForURL(/\/connect\//);
    await opened.getByRole("button", { name: /^Connect / }).waitFor();
    expect(await opened.evaluate("[innerWidth, innerHeight]")).toEqual([WINDOW.width, WINDOW.height]);
    return opened;
  }
  /** What the page that opened the window was told, as a token, once the window has closed itself. */
  async function finish(opened: Page): Promise<string> {
    if (!opened.isClosed()) await opened.waitForEvent("close");
    await expect.poll(() => opener.title()).toContain("code=");
    const code = new URLSearchParams(await opener.title()).get("code") ?? "";
    return ((await (await redeem(client, code)).json()) as Tokens).access_token;
  }
  async function ask(token: string, method: string, params: object = {}) {
    const answer = await fetch(mcpUrl, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    return ((await answer.json()) as { result: { tools?: { name: string }[] } }).result;
  }
  const toolsOf = async (token: string) => (await ask(token, "tools/list")).tools?.map(({ name }) => name).sort();
  const expiryDays = async () => {
    const { items } = await portico.api<{ items: { expiresAt: string | null }[] }>("GET", "/api/v1/connections");
    return items.map(({ expiresAt }) =>
      expiresAt === null ? null : Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000),
    );
  };
  async function look(page: Page, name: string): Promise<void> {
    faults.push(...(await lookAround(page, name, undefined, LOOKS)));
    await page.emulateMedia({ colorScheme: "light" });
  }
  afterEach(async () => {
    // A window that a test has left would be the one that the next opens.
    for (const page of context.pages()) if (page !== opener) await page.close();
  });
  const focused = (page: Page) => page.evaluate<Focused>(FOCUSED);
  /** Presses Tab until something has the focus, as often as the page has stops. */
  async function tabTo(page: Page, name: string | RegExp): Promise<void> {
    for (let stop = 0; stop < 20; stop++) {
      await page.keyboard.press("Tab");
      const { name: found } = await focused(page);
      if (typeof name === "string" ? found === name : name.test(found)) return;
    }
    throw new Error(`The keyboard does not get to ${name}.`);
  }

  it("connects by the keyboard alone: it goes from top to bottom, and shows where it is", async () => {
    const opened = await openWindow();
    await look(opened, "connect-window");
    const stops: Focused[] = [];
    for (let stop = 0; stop < 20; stop++) {
      await opened.keyboard.press("Tab");
      const now = await focused(opened);
      if (now.name === stops[0]?.name || now.name === "") break;
      stops.push(now);
    }
    expect(stops.map(({ name }) => name)).toEqual([
      ...["Not you? Sign out", "Production", "Everything that you may use"],
      ...["Reading", "Changing", "Destroying", "For how long"],
      ...["Connect E2E client to Boats", "Cancel", "Your connections"],
    ]);
    expect(stops.filter(({ isRinged, isInSight }) => !isRinged || !isInSight)).toEqual([]);

    await opened.reload();
    await tabTo(opened, "Production");
    await opened.keyboard.press("ArrowDown");
    await tabTo(opened, "Everything that you may use");
    await opened.keyboard.press("ArrowDown");
    await opened.keyboard.press("ArrowDown");
    // What reads is ticked at first; what changes is ticked here.
    await tabTo(opened, "addBoat");
    await opened.keyboard.press("Space");
    await look(opened, "connect-window-some-tools");
    await tabTo(opened, "For how long");
    await opened.keyboard.press("ArrowDown");
    await tabTo(opened, /^Connect /);
    await opened.keyboard.press("Enter");
    const token = await finish(opened);
    expect(await toolsOf(token)).toEqual(["addBoat", "listBoats"]);
    await ask(token, "tools/call", { name: "listBoats", arguments: {} });
    expect(upstream.requests.at(-1)?.url).toBe("/staging/boats");
    expect(await expiryDays()).toEqual([30]);
  });

  it("comes back, sees what was chosen, and changes it", async () => {
    const opened = await openWindow();
    expect(await opened.getByRole("radio", { name: "Staging" }).isChecked()).toBe(true);
    expect(await opened.getByRole("radio", { name: /Only some tools.*2 tools/ }).isChecked()).toBe(true);
    for (const [name, isOn] of [
      ["listBoats", true],
      ["addBoat", true],
      ["sinkBoats", false],
    ] as const)
      expect([name, await opened.getByRole("checkbox", { name }).isChecked()]).toEqual([name, isOn]);
    expect(await opened.getByLabel("For how long").inputValue()).toBe("30");
    await look(opened, "connect-window-again");
    await opened.getByRole("radio", { name: "Production" }).check();
    await opened.getByRole("radio", { name: /Reading only/ }).check();
    await opened.getByLabel("For how long").selectOption("1 day");
    await opened.getByRole("button", { name: /^Connect / }).click();
    const token = await finish(opened);
    expect(await toolsOf(token)).toEqual(["listBoats"]);
    await ask(token, "tools/call", { name: "listBoats", arguments: {} });
    expect(upstream.requests.at(-1)?.url).toBe("/production/boats");
    expect(await expiryDays()).toEqual([1]);

    const again = await openWindow();
    expect(await again.getByRole("radio", { name: "Production" }).isChecked()).toBe(true);
    expect(await again.getByRole("radio", { name: /Reading only/ }).isChecked()).toBe(true);
    expect(await again.getByLabel("For how long").inputValue()).toBe("1");
    // Who says no goes back as well, and what is there stays.
    await again.getByRole("button", { name: "Cancel" }).press("Enter");
    await again.waitForEvent("close").catch(() => undefined);
    await expect.poll(() => opener.title()).toContain("error=access_denied");
    expect(await toolsOf(token)).toEqual(["listBoats"]);
  });

  it("signs in within the window first, and goes on to the question", async () => {
    await context.clearCookies();
    await opener.goto(`${site.url}/#${authorizeUrl(client)}`);
    await opener.reload();
    const [opened] = await Promise.all([opener.waitForEvent("popup"), opener.getByRole("button").click()]);
    await opened.waitForURL(/\/sign-in/);
    await look(opened, "connect-window-sign-in");
    await opened.getByLabel(/e-mail/i).fill(owner.email);
    await opened.getByLabel(/password/i).fill(owner.password);
    await opened.keyboard.press("Enter");
    await opened.getByRole("button", { name: /^Connect / }).click();
    expect(await toolsOf(await finish(opened))).toEqual(["listBoats"]);
  });

  it("changes the connection later by the keyboard, and Escape leaves it as it is", async () => {
    await opener.goto(`${portico.url}/connections`);
    await tabTo(opener, "Change");
    await opener.keyboard.press("Enter");
    await opener.getByRole("dialog").waitFor();
    faults.push(...(await accessibilityFaults(opener)));
    await opener.keyboard.press("Escape");
    await opener.getByRole("dialog").waitFor({ state: "detached" });
    expect((await focused(opener)).name).toBe("Change");
  });

  it("finds no fault on any of these pages", () => {
    expect(faults).toEqual([]);
    expect(problems).toEqual([]);
  });
});
