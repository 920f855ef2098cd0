import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { owner, waitFor } from "./portico.ts";

/** Where Debian's, or anybody's, Chromium is. Stories that need one skip without. */
export const chromiumPath = process.env.CHROMIUM_PATH;

/** How long a page may take to come to rest, or to run its scripts, on a machine with other work. */
const PAGE_MS_MAX = 30_000;
/** Whether a colour is on its way to another, or something is still coming in. What turns for ever does not count. */
const IS_MOVING = `document.getAnimations().some(
  ({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity,
)`;

/** Whether everything on a page of ours that can be pressed or filled in has its handlers: React hangs the properties on each element. */
const IS_READY = `!self.__next_f || [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, [role=treeitem]")].every(
  (element) => Object.keys(element).some((key) => key.startsWith("__reactProps$")),
)`;

/** A browser in which a page counts as opened once its scripts run: it shows its rows before, and what is pressed until then does nothing. */
export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? "",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.on("page", openWhenReady);
    return context;
  };
  return browser;
}

function openWhenReady(page: Page): void {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...args) => {
    const response = await goto(...args);
    await untilReady(page);
    return response;
  };
  page.reload = async (...args) => {
    const response = await reload(...args);
    await untilReady(page);
    return response;
  };
}

/** Waits until the scripts of what is open run. A page that goes on elsewhere by itself is asked again there. */
async function untilReady(page: Page): Promise<void> {
  await waitFor(() => page.evaluate<boolean>(IS_READY).catch(() => page.isClosed()), PAGE_MS_MAX);
}

/**
 * What axe finds on the page once it has come to rest, a line each. The title comes last over a slow line: it is waited for, and has to come;
 * a colour half-way to another is none that anybody reads.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Asked from outside: the page's own policy lets nothing be evaluated that has to be asked twice.
  await waitFor(async () => (await page.title()) !== "" && !(await page.evaluate(IS_MOVING)), PAGE_MS_MAX);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(" ")} on ${new URL(page.url()).pathname}`),
  );
}

/** A browser with a wide page on which the owner is signed in. What goes wrong in its scripts is added to `problems`. */
export async function openSignedIn(url: string, problems: string[]): Promise<{ browser: Browser; page: Page }> {
  const browser = await launchChromium();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await signIn(page, url);
  return { browser, page };
}

/** Signs the owner, or somebody else, in on a page. */
export async function signIn(
  page: Page,
  url: string,
  { email, password }: Pick<typeof owner, "email" | "password"> = owner,
) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel(/e-mail/i).fill(email);
  await page
    .getByLabel(/password/i)
    .first()
    .fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(({ pathname }) => !pathname.startsWith("/sign-in"));
}

const SCREENS = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
] as const;

/** A phone in the dark and a desk in the light: for a page that a story looks at only in passing. */
export const CROSSWISE = [
  { screen: SCREENS[0], colorScheme: "dark" },
  { screen: SCREENS[1], colorScheme: "light" },
] as const;

interface Look {
  screen: { width: number; height: number };
  colorScheme: "dark" | "light";
}

const ALL: Look[] = SCREENS.flatMap((screen) =>
  (["dark", "light"] as const).map((colorScheme) => ({ screen, colorScheme })),
);

/**
 * What is on a page now on a phone and on a desk, in light and in dark: what axe finds, and whether anything is cut off at the side. Pictures
 * of it go to `PICTURES_DIR`, for whoever wants to look. `bring` is scrolled to first. Leaves the page wide and light.
 */
export async function lookAround(
  page: Page,
  name: string,
  bring?: Locator,
  looks: readonly Look[] = ALL,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { screen, colorScheme } of looks) {
    const where = `${name}-${screen.width}-${colorScheme}`;
    await page.setViewportSize(screen);
    await page.emulateMedia({ colorScheme });
    await bring?.scrollIntoViewIfNeeded();
    if (await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
      faults.push(`${where}: wider than the screen`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${where}: ${fault}`));
    const { PICTURES_DIR } = process.env;
    if (PICTURES_DIR) await page.screenshot({ path: path.join(PICTURES_DIR, `${where}.png`) });
  }
  return faults;
}
