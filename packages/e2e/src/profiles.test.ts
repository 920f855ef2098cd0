import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, openSignedIn } from "./chromium.ts";
import { type Portico, publish, startPortico } from "./portico.ts";

/** Where pictures of the pages go, when somebody wants to look at them. */
const picturesDir = process.env.PICTURES_DIR;

const document = {
  openapi: "3.1.0",
  info: { title: "Kiosk", version: "1" },
  servers: [{ url: "https://kiosk.example.com" }],
  security: [{ key: [] }],
  paths: {
    "/papers": {
      get: {
        operationId: "listPapers",
        parameters: [{ name: "town", in: "query", schema: { type: "string" } }],
        responses: { 200: { description: "ok" } },
      },
    },
  },
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
};

interface Profile {
  id: string;
  name: string;
  isDefault: boolean;
  settings: { baseUrl?: string };
  values: unknown[];
}

describe.skipIf(!chromiumPath)("the profiles of a server", () => {
  let portico: Portico;
  let browser: Browser;
  let page: Page;
  let id: string;
  const problems: string[] = [];
  const faults: string[] = [];
  const at = "/api/v1/servers/kiosk/profiles";
  const read = () => portico.api<Profile>("GET", `${at}/${id}`);
  const list = async () => (await portico.api<{ items: Profile[] }>("GET", at)).items;

  beforeAll(async () => {
    portico = await startPortico();
    await publish(portico, { source: { content: JSON.stringify(document) }, slug: "kiosk", select: "all" });
    ({ id } = await portico.api<Profile>("POST", at, { name: "Live" }));
    const value = { type: "apiKey", value: "canary-key-of-kiosk" };
    await portico.api("PUT", `${at}/${id}/values/credential:key`, { value });
    ({ browser, page } = await openSignedIn(portico.url, problems));
  });
  afterAll(async () => {
    await browser?.close();
    await portico?.stop();
  });

  /** The page at both widths and in both themes: nothing runs out of it, and axe finds nothing. */
  async function look(name: string): Promise<void> {
    for (const [width, height] of [
      [390, 844],
      [1280, 900],
    ] as const)
      for (const colorScheme of ["dark", "light"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        expect(isWide, `${name} at ${width}`).toBe(false);
        faults.push(...(await accessibilityFaults(page)));
        if (picturesDir) await page.screenshot({ path: path.join(picturesDir, `${name}-${width}-${colorScheme}.png`) });
      }
  }

  const save = () => page.getByRole("button", { name: "Save profile" }).click();
  const undo = () => page.getByRole("button", { name: "Undo" }).click();

  it("are edited by two at once, and nothing that was typed is lost", async () => {
    await page.goto(`${portico.url}/servers/kiosk/profiles/${id}`);
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Mine");
    await portico.api("PATCH", `${at}/${id}`, { settings: { baseUrl: "https://theirs.example.com" } });
    await save();
    await page.getByText("Bootstrap changed this profile meanwhile, and yours was not saved").waitFor();
    await page.getByText(/the name \(Live\), where the tools call/).waitFor();
    expect(await name.inputValue()).toBe("Mine");
    expect((await read()).name).toBe("Live");
    await look("profile-conflict");

    await page.getByRole("button", { name: "Show theirs" }).click();
    expect(await name.inputValue()).toBe("Live");
    expect(await page.getByRole("textbox", { name: /^Base URL/ }).inputValue()).toBe("https://theirs.example.com");
    await page.getByRole("button", { name: "Back to mine" }).click();
    expect(await name.inputValue()).toBe("Mine");
    await save();
    await page.getByText("The profile is saved and holds from the next call on").first().waitFor();
    expect(await read()).toMatchObject({ name: "Mine", settings: {} });
    await undo();
    await page.getByText("The profile is as it was before").first().waitFor();
    expect(await read()).toMatchObject({ name: "Live", settings: { baseUrl: "https://theirs.example.com" } });
    expect(await name.inputValue()).toBe("Live");
    // What was taken back can be saved again: the form stands on what is there now.
    await name.fill("Again");
    await save();
    await expect.poll(async () => (await read()).name).toBe("Again");
  });

  it("are removed and brought back, with what is stored in them", async () => {
    await portico.api("POST", at, { name: "Other" });
    await page.goto(`${portico.url}/servers/kiosk/profiles`);
    await page.getByRole("button", { name: "Make default: Other" }).click();
    await undo();
    await page.getByText("Again is the default again").first().waitFor();
    await page.getByRole("button", { name: "Remove the profile Again" }).click();
    await look("profile-remove");
    await page.getByRole("button", { name: "Remove profile" }).click();
    await page.getByRole("heading", { name: "Removed within a day" }).waitFor();
    expect((await list()).map((one) => one.name)).toEqual(["Other"]);
    await undo();
    await page.getByText("Again is back, and the default").first().waitFor();
    expect(await read()).toMatchObject({ isDefault: true, values: [{ field: "credential:key" }] });

    // Later, from the page.
    await portico.api("DELETE", `${at}/${id}`);
    await page.reload();
    await look("profiles-removed");
    await portico.api("POST", at, { name: "Again" });
    await page.getByRole("button", { name: "Bring back the profile Again" }).click();
    await page.getByText('There is a profile "Again" already').waitFor();
    const taken = (await list()).find((one) => one.name === "Again");
    await portico.api("PATCH", `${at}/${taken?.id}`, { name: "Taken" });
    await page.getByRole("button", { name: "Bring back the profile Again" }).click();
    await page
      .getByText(/Again is back/)
      .first()
      .waitFor();
    expect((await list()).map((one) => one.name).sort()).toEqual(["Again", "Other", "Taken"]);
  });

  it("made no mistake on the way", () => {
    expect(problems).toEqual([]);
    expect(faults).toEqual([]);
  });
});
