import { actIn, createOAuthClient, listOAuthClients, revokeOAuthClient } from "@portico/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, callTool, rpc, startTestGateway, type TestGateway } from "../testing.ts";
import {
  authorizeUrl,
  type Client,
  consent,
  createBrowser,
  createPerson,
  follow,
  redeemForm,
  redirectUri,
  refreshForm,
  register,
  signIn,
  token,
} from "../testing-oauth.ts";

let gateway: TestGateway;
let path: string;
let resource: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  ({ path } = await gateway.publish({ slug: "notes" }));
  // With one server alone, it is meant when none is named.
  await gateway.publish({ slug: "other" });
  resource = `https://portico.example.com${path}`;
});
afterAll(() => gateway?.close());

const soon = { timeout: 1_000, interval: 20 };
const statusWith = async (access: string, url = path) =>
  (await rpc(gateway.app, url, "ping", {}, bearer(access))).status;
const machine = (name = "Nightly report") => createOAuthClient({ ctx: gateway.ctx, input: { kind: "machine", name } });
const own = (clientId: string, clientSecret: string | null, more: [string, string][] = []): [string, string][] => [
  ["grant_type", "client_credentials"],
  ["client_id", clientId],
  ["client_secret", clientSecret ?? ""],
  ["resource", resource],
  ...more,
];

describe("a machine", () => {
  it("gets a token by its secret, calls with it, and is named in the usage", async () => {
    const { id, clientId, clientSecret } = await machine();
    const { status, access, refresh, headers } = await token(gateway.app, own(clientId, clientSecret));
    expect({ status, refresh }).toEqual({ status: 200, refresh: "" });
    expect(headers["cache-control"]).toContain("no-store");
    expect((await callTool(gateway.app, path, access)).status).toBe(200);
    await expect.poll(() => gateway.usage.at(-1), soon).toMatchObject({ principal: "client", subject: id });
    await expect
      .poll(async () => (await listOAuthClients({ ctx: gateway.ctx })).find((one) => one.id === id)?.lastUsedAt, soon)
      .toBeInstanceOf(Date);
  });
  it("means the only server when it names none", async () => {
    const alone = await startTestGateway();
    try {
      const { path: only } = await alone.publish({ slug: "only" });
      const { clientId, clientSecret } = await createOAuthClient({
        ctx: alone.ctx,
        input: { kind: "machine", name: "Alone" },
      });
      const form = own(clientId, clientSecret).filter(([name]) => name !== "resource");
      const { access } = await token(alone.app, form);
      expect((await rpc(alone.app, only, "ping", {}, bearer(access))).status).toBe(200);
    } finally {
      await alone.close();
    }
  });
  it("may ask for scopes that we do not have", async () => {
    const { clientId, clientSecret } = await machine();
    const { access } = await token(gateway.app, own(clientId, clientSecret, [["scope", "read:all"]]));
    expect(await statusWith(access)).toBe(200);
  });
  it("may show its secret in the header or in the form", async () => {
    const { clientId, clientSecret } = await machine();
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const form = own(clientId, clientSecret).filter(([name]) => name !== "client_secret");
    expect((await token(gateway.app, form, { authorization: basic })).status).toBe(200);
    expect((await token(gateway.app, form)).error).toBe("invalid_client");
    for (const wrong of ["Basic x", `Basic ${Buffer.from(`${clientId}:wrong`).toString("base64")}`, "Basic JTo="])
      expect((await token(gateway.app, form, { authorization: wrong })).status, wrong).toBeGreaterThanOrEqual(400);
  });
  it.each<[string, (id: string, secret: string | null) => [string, string][], string]>([
    ["a wrong secret", (id) => own(id, "wrong"), "invalid_client"],
    ["no secret", (id) => own(id, null), "invalid_client"],
    ["no server", (id, secret) => own(id, secret).filter(([name]) => name !== "resource"), "invalid_target"],
    [
      "no such server",
      (id, secret) => own(id, secret).map(([name, value]) => [name, name === "resource" ? `${resource}x` : value]),
      "invalid_target",
    ],
  ])("gets none with %s", async (_name, form, error) => {
    const { clientId, clientSecret } = await machine();
    expect(await token(gateway.app, form(clientId, clientSecret))).toMatchObject({ access: "", error });
  });
  it("gets none for another organization's server, and cannot use its own there", async () => {
    const stranger = await startTestGateway();
    try {
      const { path: foreign } = await stranger.publish({ slug: "notes" });
      const { clientId, clientSecret } = await createOAuthClient({
        ctx: actIn(gateway.deps, { ...gateway.ctx, organizationId: (await otherOrganization()).id }),
        input: { kind: "machine", name: "Other" },
      });
      expect(await token(gateway.app, own(clientId, clientSecret))).toMatchObject({
        access: "",
        error: "invalid_target",
      });
      const mine = await machine();
      const { access } = await token(gateway.app, own(mine.clientId, mine.clientSecret));
      const answer = await rpc(stranger.app, foreign, "ping", {}, bearer(access));
      expect(answer.status).toBe(401);
    } finally {
      await stranger.close();
    }
  });
  it("is refused within a second once it was revoked, and gets no token any more", async () => {
    const { id, clientId, clientSecret } = await machine();
    const { access } = await token(gateway.app, own(clientId, clientSecret));
    expect(await statusWith(access)).toBe(200);
    await revokeOAuthClient({ ctx: gateway.ctx, input: { id } });
    await expect.poll(() => statusWith(access), soon).toBe(401);
    expect((await token(gateway.app, own(clientId, clientSecret))).error).toBe("invalid_client");
    await expect(revokeOAuthClient({ ctx: gateway.ctx, input: { id } })).rejects.toMatchObject({ code: "not_found" });
  });
  it("asks nobody to sign in", async () => {
    const { clientId } = await machine();
    const client: Client = { id: clientId, secret: undefined, registration: {}, verifier: "v".repeat(43), resource };
    expect(await follow(createBrowser(gateway.app), authorizeUrl(client))).toContain("/connect/error?reason=");
  });
});

it("a client that registered itself cannot act for itself", async () => {
  const { id, secret } = await register(gateway.app, path, {
    grant_types: ["client_credentials"],
    token_endpoint_auth_method: "client_secret_post",
  });
  expect((await token(gateway.app, own(id, secret ?? ""))).error).toMatch(/^(unauthorized_client|invalid_request)$/);
});

describe("an app that an admin made", () => {
  it("lets people sign in, with its secret shown either way, until it is revoked", async () => {
    const { id, clientId, clientSecret } = await createOAuthClient({
      ctx: gateway.ctx,
      input: { kind: "app", name: "Typed in", redirectUris: [redirectUri] },
    });
    const client: Client = {
      id: clientId,
      secret: clientSecret ?? "",
      registration: {},
      verifier: "v".repeat(43),
      resource,
    };
    const browser = createBrowser(gateway.app);
    await signIn(gateway, browser, await createPerson(gateway));
    const code = (await consent(browser, client)).get("code") ?? "";
    const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` };
    expect((await token(gateway.app, redeemForm(client, code))).error).toBe("invalid_client");
    const tokens = await token(gateway.app, redeemForm(client, code), basic);
    expect(tokens.status).toBe(200);
    const refreshed = await token(gateway.app, [
      ...refreshForm(client, tokens.refresh),
      ["client_secret", clientSecret ?? ""],
    ]);
    expect(refreshed.status).toBe(200);
    await revokeOAuthClient({ ctx: gateway.ctx, input: { id } });
    await expect.poll(() => statusWith(refreshed.access), soon).toBe(401);
    expect((await token(gateway.app, refreshForm(client, refreshed.refresh), basic)).error).toBe("invalid_client");
  });
  it("has no secret when it can keep none", async () => {
    const input = { kind: "app" as const, name: "Desktop", redirectUris: ["cursor://x/cb"], isConfidential: false };
    expect(await createOAuthClient({ ctx: gateway.ctx, input })).toMatchObject({ clientSecret: null });
  });
  it.each(["javascript:alert(1)", "http://example.com/cb", "https://u:p@example.com/", "/cb"])(
    "cannot go back to %s",
    (uri) =>
      expect(
        createOAuthClient({ ctx: gateway.ctx, input: { kind: "app", name: "x", redirectUris: [uri] } }),
      ).rejects.toMatchObject({
        code: "invalid_input",
        details: { issues: [{ field: "redirectUris", message: expect.any(String) }] },
      }),
  );
});

async function otherOrganization() {
  const { db } = gateway.deps;
  const slug = `other-${Date.now()}`;
  return db.organization.create({ data: { id: `org_${slug}`, name: "Other", slug } });
}
