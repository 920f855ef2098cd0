import { afterAll, beforeAll, expect, it } from "vitest";
import { runAuthorization } from "../conformance/authorization.ts";
import { Browser, signIn } from "./oauth-client.ts";
import { freePort, type Portico, publish, startPortico } from "./portico.ts";

const document = {
  openapi: "3.0.3",
  info: { title: "Notes", version: "1" },
  servers: [{ url: "https://api.example.com" }],
  paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
};

let portico: Portico;
let resource: string;
let port: number;
let clientId: string;
beforeAll(async () => {
  portico = await startPortico();
  resource = (await publish(portico, { source: { content: JSON.stringify(document) }, slug: "notes", select: "all" }))
    .server.mcpUrl;
  port = await freePort();
  const answer = await fetch(`${portico.url}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "Suite", redirect_uris: [`http://127.0.0.1:${port}/callback`] }),
  });
  ({ client_id: clientId } = (await answer.json()) as { client_id: string });
});
afterAll(() => portico?.stop());

/** A person's browser: signs in, says yes, and goes back to where the suite listens. */
async function visit(asked: string, scope: string | undefined): Promise<void> {
  // The suite asks for no scope by itself.
  const url = scope ? `${asked}&${new URLSearchParams({ scope })}` : asked;
  expect(new URL(url).searchParams.getAll("scope")).toEqual(scope ? [scope] : []);
  const browser = new Browser();
  await signIn(browser, portico.url);
  let step = await browser.follow(url, portico.url);
  if ("response" in step) {
    const uid = /\/connect\/([^/?]+)$/.exec(step.url)?.[1];
    const answered = await browser.request(`${portico.url}/oauth/interaction/${uid}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: portico.url },
      body: "decision=approve",
    });
    step = await browser.follow(new URL(answered.headers.get("location") ?? "", portico.url).href, portico.url);
  }
  if (!("location" in step)) throw new Error(`The browser stayed at ${step.url}`);
  await fetch(step.location);
}

it.each([
  [true, undefined],
  [false, undefined],
  [true, "tools"],
  [false, "tools offline_access"],
])("the official suite is content, with a resource named: %s, and the scope: %s", async (hasResource, scope) => {
  const options = { clientId, port, ...(hasResource ? { resource } : {}) };
  const { isGreen, output } = await runAuthorization(portico.url, options, (url) => visit(url, scope));
  expect(isGreen, output).toBe(true);
  expect(output).toContain("✓ authorization-server-metadata-endpoint: 2 passed, 0 failed");
  expect(output).toContain("✓ authorization-code-grant: 1 passed, 0 failed");
  expect(output).not.toContain("WARNING");
});
