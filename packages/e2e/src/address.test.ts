import { startSmtp } from "@portico/mail/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround, signIn } from "./chromium.ts";
import { type Portico, startPortico } from "./portico.ts";

describe.skipIf(!chromiumPath)("somebody whose address nobody knows to be theirs", () => {
  let portico: Portico;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  let browser: Browser;
  beforeAll(async () => {
    smtp = await startSmtp();
    portico = await startPortico({
      env: { PORTICO_SMTP_URL: smtp.url, PORTICO_MAIL_FROM: "Portico <portico@example.com>" },
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([portico?.stop(), smtp?.stop()]);
  });

  /** A browser of its own: nobody is signed in. */
  const open = async (): Promise<Page> => (await browser.newContext()).newPage();

  it("shows that it is theirs, by a mail that they ask for on their account page", async () => {
    const faults: string[] = [];
    const lin = { email: "lin@example.com", password: "carry the one" };
    const admin = await open();
    await signIn(admin, portico.url);
    // A link that is handed over shows nothing about the address.
    const link = await admin.evaluate(async (email) => {
      const answer = await fetch("/api/v1/invitations", {
        method: "POST",
        body: JSON.stringify({ email, role: "member" }),
      });
      return ((await answer.json()) as { url: string }).url;
    }, lin.email);
    const page = await open();
    await page.goto(link);
    await page.getByLabel("Your name").fill("Lin");
    await page.getByLabel("Password").fill(lin.password);
    await page.getByRole("button", { name: /^Join / }).click();
    await page.waitForURL(`${portico.url}/`);
    await page.goto(`${portico.url}/account`);
    await page.getByText("Your address is not verified").waitFor();
    faults.push(...(await lookAround(page, "account-unproved")));
    await page.getByRole("button", { name: "Send a verification e-mail" }).click();
    await page.getByText("A mail is on its way to").waitFor();
    faults.push(...(await accessibilityFaults(page)));
    const findLink = () => /http\S+\/verify-address#\S+/.exec(smtp.received.at(-1)?.text ?? "")?.[0] ?? "";
    await expect.poll(findLink).not.toBe("");

    // A browser that is not signed in to the account shows nothing with it.
    const elsewhere = await open();
    await elsewhere.goto(findLink());
    await elsewhere.getByText("Sign in here, then open the link").waitFor();
    faults.push(...(await lookAround(elsewhere, "verify-signed-out")));
    await admin.goto(findLink());
    await admin.getByText("You are signed in as").waitFor();
    expect(new URL(admin.url()).hash).toBe("");
    await admin.getByRole("button", { name: "This is my address" }).click();
    await admin.getByText("Not verified").waitFor();
    faults.push(...(await accessibilityFaults(admin)));

    await page.goto(findLink());
    await page.getByRole("button", { name: "This is my address" }).waitFor();
    faults.push(...(await lookAround(page, "verify-address")));
    await page.getByRole("button", { name: "This is my address" }).click();
    await page.getByText("Your address is verified").waitFor();
    faults.push(...(await accessibilityFaults(page)));
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    expect(await page.getByText("Your address is not verified").count()).toBe(0);
    await admin.goto(`${portico.url}/settings/audit-log`);
    await admin.getByText("showed that their e-mail address is theirs").waitFor();
    expect(faults).toEqual([]);
    // What the link has is written nowhere.
    expect(portico.output()).not.toContain(findLink().split("#")[1]);
  });
});
