import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, openSignedIn } from "./chromium.ts";
import { hasCorpus, readCorpus } from "./corpus.ts";
import { type Portico, publish, startPortico } from "./portico.ts";

/** Of what a page is moved by what comes late; from 0.1 on people are said to be disturbed (Core Web Vitals, CLS). */
const SHIFT_MAX = 0.02;
/** What is read after the page is there takes this long: late enough that it is seen to come. */
const LATE_MS = 1_200;
/** After that nothing comes any more. */
const REST_MS = 2_500;

/** Runs in the page: adds up what moves without anybody having touched anything, and says what it was. */
const WATCH = `
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        globalThis.shifts.push({ value, moved: sources.slice(0, 5).map(({ node, previousRect: from, currentRect: to }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 80) + " " + [from.x, from.y, from.width, from.height].map(Math.round) + " to " + [to.x, to.y, to.width, to.height].map(Math.round)) });
  }).observe({ type: "layout-shift", buffered: true });`;

/** Runs in the page: what it reads once it is there comes late. (Held up from outside, nothing would be in the browser's cache.) */
const LATE = `
  const read = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    if (/\\/api\\/v1\\//.test(String(args[0]))) await new Promise((resolve) => setTimeout(resolve, ${LATE_MS}));
    return read(...args);
  };`;

interface Shift {
  value: number;
  moved: string[];
}

describe.skipIf(!chromiumPath || !hasCorpus)("pages with the tools of Stripe", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  let documentId = "";

  beforeAll(async () => {
    portico = await startPortico();
    await publish(portico, {
      source: { content: readCorpus("stripe-3.0.yaml.gz") ?? "" },
      slug: "stripe",
      select: "suggested",
    });
    const { documents } = await portico.api<{ documents: { id: string }[] }>("GET", "/api/v1/servers/stripe");
    documentId = documents[0]?.id ?? "";
    ({ browser, page } = await openSignedIn(portico.url, problems));
    await page.addInitScript(WATCH);
    await page.addInitScript(LATE);
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  const operation = encodeURIComponent("GET /v1/charges");
  it.each([
    ["overview", "/servers/stripe"],
    ["tools", "/servers/stripe/tools"],
    ["tools with a filter and a tool", `/servers/stripe/tools?kind=reading&tool=${operation}`],
    ["editor", `/servers/stripe/tools/${operation}`],
    ["try", `/servers/stripe/try?tool=${operation}`],
    ["activity", "/servers/stripe/activity"],
    ["versions", "/servers/stripe/versions"],
    ["picker", () => `/documents/${documentId}?method=GET&tool=${operation}`],
  ] as const)("do not move what is read by what comes late: %s", async (name, at) => {
    const told: string[] = [];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(`${portico.url}${typeof at === "string" ? at : at()}`);
      await page.waitForTimeout(LATE_MS + REST_MS);
      const shifts = (await page.evaluate("globalThis.shifts")) as Shift[];
      const sum = shifts.reduce((all, { value }) => all + value, 0);
      told.push(`${name} at ${width}: ${sum.toFixed(4)}`);
      const worst = shifts.toSorted((one, other) => other.value - one.value).slice(0, 3);
      expect(sum, `${name} at ${width}: ${JSON.stringify(worst, null, 1)}`).toBeLessThanOrEqual(SHIFT_MAX);
    }
    console.log(told.join("; "));
    expect(problems).toEqual([]);
  });
});
