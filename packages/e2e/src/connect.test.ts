import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountsApi, CLIENT, signInThere, startAccountsApi } from "./accounts-api.ts";
import { accessibilityFaults, chromiumPath, launchChromium, lookAround } from "./chromium.ts";
import { freePort, owner, type Portico, publish, startPortico } from "./portico.ts";
import { oauthProvider, startCallback } from "./sdk-client.ts";

const grace = { email: "grace@example.com", password: "a moth in the relay" };
const ADAS_KEY = "canary-key-of-ada";
const NEXT_KEY = "canary-key-of-ada-the-next";

const ok = { responses: { 200: { description: "ok" } } };
const documents = (url: string) => ({
  places: {
    openapi: "3.1.0",
    info: { title: "Places", version: "1" },
    servers: [
      { url: `${url}/keyed/{place}`, variables: { place: { default: "nowhere", description: "Your place." } } },
    ],
    security: [{ key: [] }],
    paths: { "/": { get: { operationId: "readPlace", ...ok } } },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  },
  notes: {
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url }],
    security: [{ account: [] }],
    paths: { "/notes": { get: { operationId: "listNotes", ...ok }, post: { operationId: "addNote", ...ok } } },
    components: {
      securitySchemes: {
        account: {
          type: "oauth2",
          flows: {
            authorizationCode: {
              authorizationUrl: `${url}/auth`,
              tokenUrl: `${url}/token`,
              scopes: { openid: "", read: "", write: "" },
            },
          },
        },
      },
    },
  },
});

/** Says of the event streams that a client opens how many are open. */
function watchStreams() {
  let open = 0;
  return {
    open: () => open,
    async fetch(url: string | URL, init?: RequestInit): Promise<Response> {
      const response = await fetch(url, init);
      const isListening = init?.method === "GET" && response.headers.get("content-type") === "text/event-stream";
      if (!isListening || !response.body) return response;
      const [read, watched] = response.body.tee();
      open++;
      const over = () => open--;
      watched.pipeTo(new WritableStream()).then(over, over);
      return new Response(read, response);
    },
  };
}

describe.skipIf(!chromiumPath)("somebody who was given the URL of a server", () => {
  let portico: Portico;
  let api: AccountsApi;
  let browser: Browser;
  let ada: Page;
  let graces: Page;
  const urls = { places: "", notes: "" };
  const faults: string[] = [];
  async function look(page: Page): Promise<void> {
    faults.push(...(await accessibilityFaults(page)));
  }

  beforeAll(async () => {
    portico = await startPortico();
    const port = await freePort();
    const made = documents(`http://127.0.0.1:${port}`);
    for (const slug of ["places", "notes"] as const) {
      const content = JSON.stringify(made[slug]);
      urls[slug] = (await publish(portico, { source: { content }, slug, select: "all" })).server.mcpUrl;
    }
    const { items } = await portico.api<{ items: { redirectUri: string }[] }>(
      "GET",
      "/api/v1/servers/notes/credentials",
    );
    api = await startAccountsApi({ port, redirectUri: items[0]?.redirectUri ?? "" });
    api.keys.add(ADAS_KEY).add(NEXT_KEY);
    await portico.api("PUT", "/api/v1/servers/notes/credentials/account", {
      type: "authorizationCode",
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      authorizationUrl: `${api.url}/auth`,
      tokenUrl: `${api.url}/token`,
      scopes: ["openid", "read"],
    });
    for (const [slug, fields] of [
      ["places", { "credential:key": "person", "variable:place": "person" }],
      ["notes", { "credential:account": "person" }],
    ] as const)
      await portico.api("POST", `/api/v1/servers/${slug}/profiles`, { name: "Own", settings: { fields } });
    browser = await launchChromium();
    ada = await open(owner);
    graces = await join();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([portico?.stop(), api?.stop()]);
  });

  const newPage = async () => (await browser.newContext()).newPage();
  async function open({ email, password }: { email: string; password: string }): Promise<Page> {
    const page = await newPage();
    await page.goto(`${portico.url}/sign-in?next=/connections`);
    await page.getByLabel(/e-mail/i).fill(email);
    await page.getByLabel(/password/i).fill(password);
    await page.getByRole("button", { name: /^sign in$/i }).click();
    await page.getByText("You have connected nothing").waitFor();
    return page;
  }
  /** Another person is invited, and joins. */
  async function join(): Promise<Page> {
    const link = await ada.evaluate(async (email) => {
      const body = JSON.stringify({ email, role: "member" });
      const answer = await fetch("/api/v1/invitations", { method: "POST", body });
      return ((await answer.json()) as { url: string }).url;
    }, grace.email);
    const page = await newPage();
    await page.goto(link);
    await page.getByLabel("Your name").fill("Grace Hopper");
    await page.getByLabel("Password").fill(grace.password);
    await page.getByRole("button", { name: /^Join / }).click();
    await page.waitForURL(`${portico.url}/`);
    // Where no mail goes out, the account page says who can change that.
    await page.goto(`${portico.url}/account`);
    await page.getByText("Your address is not verified").waitFor();
    await page.getByText(/whoever runs Portico can set up an SMTP server/).waitFor();
    expect(await page.getByRole("button", { name: /verification/ }).count()).toBe(0);
    await look(page);
    return page;
  }

  /** A real client that asks for a server: it opens the connect page, and waits for the code. */
  async function startConnecting(page: Page, mcpUrl: string) {
    const callback = await startCallback();
    const opened: URL[] = [];
    const authProvider = oauthProvider(callback.url, (url) => opened.push(url));
    const streams = watchStreams();
    const transport = () => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider, fetch: streams.fetch });
    const identity = { name: "story-client", version: "1.0.0" };
    const first = transport();
    await expect(new Client(identity).connect(first)).rejects.toThrow(/unauthorized/i);
    await page.goto(opened[0]?.href ?? "");
    await page.waitForURL(/\/connect\//);
    return async () => {
      await page.getByRole("button", { name: /^Connect Story client to / }).click();
      await first.finishAuth(await callback.code);
      callback.stop();
      const client = new Client(identity);
      await client.connect(transport());
      return {
        close: () => client.close(),
        streams,
        call: (name: string) => client.callTool({ name, arguments: {} }) as Promise<CallToolResult>,
      };
    };
  }
  type Connected = Awaited<ReturnType<Awaited<ReturnType<typeof startConnecting>>>>;
  let adasNotes: Connected;
  let gracesNotes: Connected;

  it("fills in a key and a part of the address when connecting, and calls with them", async () => {
    const connect = await startConnecting(ada, urls.places);
    await look(ada);
    // Nothing goes on before something is filled in.
    await ada.getByLabel("Place", { exact: true }).fill("../etc");
    await ada.getByLabel("API key for key").fill(ADAS_KEY);
    await ada.getByRole("button", { name: /^Connect Story client/ }).click();
    await ada.getByText(/characters that would change the address/).waitFor();
    await look(ada);
    await ada.getByLabel("Place", { exact: true }).fill("harbor");
    await ada.getByLabel("API key for key").fill(ADAS_KEY);
    const client = await connect();
    expect((await client.call("readPlace")).structuredContent).toEqual({ place: "harbor" });

    await ada.goto(`${portico.url}/connections`);
    await look(ada);
    await ada.getByRole("button", { name: "Change Story client to Places" }).click();
    await ada.getByText(/API key · set/).waitFor();
    await look(ada);
    expect(await ada.content()).not.toContain(ADAS_KEY);
    await ada.getByRole("button", { name: "Replace API key of key" }).click();
    await ada.getByLabel("API key for key").fill(NEXT_KEY);
    await ada.getByRole("button", { name: "Replace Value of place" }).click();
    await ada.getByLabel("Place", { exact: true }).fill("lighthouse");
    api.keys.delete(ADAS_KEY);
    await ada.getByRole("button", { name: "Save changes" }).click();
    await ada.getByText("Changed, from the next call on").first().waitFor();
    await expect
      .poll(async () => (await client.call("readPlace")).structuredContent, { timeout: 5_000 })
      .toEqual({ place: "lighthouse" });
    await client.close();
  });

  it("signs in at the API with an account of their own on the way, and gets their own data", async () => {
    const host = new URL(api.url).host;
    const connect = await startConnecting(ada, urls.notes);
    await look(ada);
    await ada.getByRole("radio", { name: /Reading only/ }).check();
    await ada.getByLabel("For how long").selectOption("30 days");
    // Without an account there the connection is not made.
    await ada.getByRole("button", { name: /^Connect Story client/ }).click();
    await ada.getByText(`Sign in at ${host} first.`).waitFor();
    await look(ada);
    const asked = new URL(ada.url()).pathname;
    await ada.getByRole("button", { name: `Sign in at ${host}` }).click();
    await signInThere(ada, api, "account-of-ada");
    await ada.getByText("Signed in at the API").waitFor();
    expect(new URL(ada.url()).pathname).toBe(asked);
    expect(await ada.getByRole("radio", { name: /Reading only/ }).isChecked()).toBe(true);
    expect(await ada.getByLabel("For how long").inputValue()).toBe("30");
    await look(ada);
    await ada.getByRole("radio", { name: /Everything/ }).check();
    adasNotes = await connect();

    // She ticks what her client may do; her browser remembers it on the way there and back.
    const connectGrace = await startConnecting(graces, urls.notes);
    await graces.getByRole("radio", { name: /Only some tools/ }).check();
    await graces.getByRole("checkbox", { name: "addNote" }).press("Space");
    faults.push(...(await lookAround(graces, "connect-some-tools", graces.getByRole("checkbox", { name: "addNote" }))));
    await graces.getByRole("button", { name: `Sign in at ${host}` }).click();
    await signInThere(graces, api, "account-of-grace");
    await graces.getByText("Signed in at the API").waitFor();
    await graces.getByRole("radio", { name: /Only some tools.*2 tools/ }).waitFor();
    expect(await graces.getByRole("radio", { name: /Only some tools/ }).isChecked()).toBe(true);
    gracesNotes = await connectGrace();
    await graces.goto(`${portico.url}/connections`);
    await graces.getByText("chosen tools only").waitFor();
    await graces.getByRole("button", { name: /^Change Story client to / }).click();
    await graces.getByRole("radio", { name: /Only some tools.*2 tools/ }).waitFor();
    await look(graces);

    for (let turn = 0; turn < 3; turn++) {
      const [hers, other] = await Promise.all([adasNotes.call("listNotes"), gracesNotes.call("listNotes")]);
      expect(hers.structuredContent).toEqual({ reader: "account-of-ada" });
      expect(other.structuredContent).toEqual({ reader: "account-of-grace" });
    }
  });

  const textOf = ({ content }: CallToolResult) =>
    content.map((one) => (one.type === "text" ? one.text : "")).join("\n");
  const linkIn = (result: CallToolResult) => /http\S+\/connections\?edit=[\w-]+/.exec(textOf(result))?.[0] ?? "";

  it("is asked for a permission when a call takes one more, and gives it where the answer says", async () => {
    const refused = await adasNotes.call("addNote");
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain('"write"');
    await ada.goto(linkIn(refused));
    await ada.getByText(/A call wanted more than it allows/).waitFor();
    await look(ada);
    await ada.getByRole("button", { name: /^Sign in again at / }).click();
    await signInThere(ada, api, "account-of-ada");
    await ada.getByText("Calls use your account from the next one on.").waitFor();
    await expect
      .poll(async () => (await adasNotes.call("addNote")).structuredContent, { timeout: 5_000 })
      .toEqual({ reader: "account-of-ada" });
  });

  it("signs in again when the API has taken the access back, and nobody else has to", async () => {
    await api.endAccess("account-of-grace");
    const refused = await gracesNotes.call("listNotes");
    expect(refused.isError).toBe(true);
    expect((await adasNotes.call("listNotes")).structuredContent).toEqual({ reader: "account-of-ada" });
    await graces.goto(`${portico.url}/connections`);
    await graces.getByText(/^Your sign-in at .* has ended$/).waitFor();
    await look(graces);
    await graces.goto(linkIn(refused));
    await graces.getByText(/The sign-in has ended/).waitFor();
    await look(graces);
    await graces.getByRole("button", { name: /^Sign in again at / }).click();
    await signInThere(graces, api, "account-of-grace");
    await graces.getByText("Calls use your account from the next one on.").waitFor();
    await look(graces);
    await expect
      .poll(async () => (await gracesNotes.call("listNotes")).structuredContent, { timeout: 5_000 })
      .toEqual({ reader: "account-of-grace" });

    await graces.getByRole("button", { name: /^Sign out at / }).click();
    await graces.getByText("Removed, from the next call on").first().waitFor();
    await expect
      .poll(async () => textOf(await gracesNotes.call("listNotes")), { timeout: 5_000 })
      .toContain("not signed in there yet");
    // The API hears of it too, from whom it is of: nobody else has to sign in again.
    await expect.poll(() => api.givenBack, { timeout: 5_000 }).toEqual(["account-of-grace"]);
    expect((await adasNotes.call("listNotes")).structuredContent).toEqual({ reader: "account-of-ada" });
  });

  it("is out within a second when an administrator revokes it, while it listens", async () => {
    await expect.poll(() => [gracesNotes.streams.open(), adasNotes.streams.open()]).toEqual([1, 1]);
    await ada.goto(`${portico.url}/settings/connections`);
    await ada.getByRole("listitem").filter({ hasText: grace.email }).filter({ hasText: "Notes" }).waitFor();
    await look(ada);
    await ada.getByLabel("Who").selectOption("Grace Hopper");
    await ada.getByRole("button", { name: "Revoke all of Grace Hopper" }).click();
    await look(ada);
    await ada.getByRole("button", { name: "Revoke all connections" }).click();
    await ada.getByText("Nobody is connected", { exact: false }).or(ada.getByText("Nothing fits")).first().waitFor();
    await expect.poll(() => gracesNotes.streams.open(), { timeout: 1_500, interval: 50 }).toBe(0);
    // The token is refused, and so is the refresh token that the client then tries.
    await expect(gracesNotes.call("listNotes")).rejects.toThrow(/grant request is invalid/i);
    await look(ada);
    expect(adasNotes.streams.open()).toBe(1);
    expect((await adasNotes.call("listNotes")).structuredContent).toEqual({ reader: "account-of-ada" });
    await Promise.all([adasNotes.close(), gracesNotes.close()]);
    // Whose sign-in goes with the client is signed out at the API, too.
    await portico.api("DELETE", "/api/v1/servers/notes/credentials/account");
    await expect.poll(() => api.givenBack, { timeout: 5_000 }).toEqual(["account-of-grace", "account-of-ada"]);
  });

  it("finds no fault on any of these pages, and no secret in the log", () => {
    expect(faults).toEqual([]);
    expect(portico.output()).not.toMatch(/canary-/);
  });
});
