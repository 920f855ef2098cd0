import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
});
afterAll(() => test.close());

const get = (more: object = {}) => ({ get: { responses: { 200: { description: "ok" } }, ...more } });
const documentAt = (url: string, paths: object = { "/a": get() }) =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Bound", version: "1" },
    servers: [{ url, variables: { region: { default: "eu" } } }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "X-Key" },
        other: { type: "apiKey", in: "header", name: "X-Other" },
      },
    },
  });
const credential = { type: "apiKey" as const, value: "v" };

async function publish(slug: string, content: string, more: Partial<services.PublishSourceInput> = {}) {
  const input = { source: { content }, slug, select: "all" as const, ...more };
  const { jobId } = await services.publishSource({ ctx: test.ctx, input });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const { result } = await services.getJob({ ctx: test.ctx, input: { id: jobId } });
  return (result as { server: { id: string } }).server.id;
}
const originsOf = async (serverId: string, scheme = "key") =>
  (await services.openCredentials(test.deps, serverId))[scheme]?.origins;
const set = (serverId: string, scheme = "key") =>
  services.setCredential({ ctx: test.ctx, input: { serverId, scheme, credential } });

let count = 0;

describe("a credential is bound to where the tools call when it is stored", () => {
  it.each<{ name: string; content: string; baseUrl?: string; want: string[] }>([
    { name: "the document's base URL", content: documentAt("https://a.example/v1"), want: ["https://a.example"] },
    { name: "variables by default", content: documentAt("https://{region}.a.example"), want: ["https://eu.a.example"] },
    {
      name: "an operation's own base URL too",
      content: documentAt("https://a.example", {
        "/a": get(),
        "/b": get({ servers: [{ url: "https://b.example:8443/x" }] }),
      }),
      want: ["https://a.example", "https://b.example:8443"],
    },
    {
      name: "but not of an operation that wants another scheme",
      content: documentAt("https://a.example", {
        "/a": get(),
        "/b": get({ servers: [{ url: "https://b.example" }], security: [{ other: [] }] }),
        "/c": get({ servers: [{ url: "https://c.example" }], security: [] }),
      }),
      want: ["https://a.example"],
    },
    {
      name: "the server's base URL before everything",
      content: documentAt("https://a.example", { "/b": get({ servers: [{ url: "https://b.example" }] }) }),
      baseUrl: "https://own.example/api",
      want: ["https://own.example"],
    },
    { name: "nowhere, where there is no address", content: documentAt("/v1"), want: [] },
  ])("$name", async ({ content, baseUrl, want }) => {
    const slug = `bound-${++count}`;
    const more = baseUrl ? { baseUrl } : {};
    const serverId = await publish(slug, content, { ...more, credentials: { key: credential } });
    expect(await originsOf(serverId)).toEqual(want);
    await set(serverId);
    expect(await originsOf(serverId)).toEqual(want);
    const [view] = await services.listCredentials({ ctx: test.ctx, input: { serverId } });
    expect(view).toMatchObject({ scheme: { name: "key" }, origins: want });
  });
});

it("stays bound when the address changes, until it is stored again", async () => {
  const { ctx } = test;
  const serverId = await publish("moving", documentAt("https://a.example"), { credentials: { key: credential } });
  await services.updateServer({ ctx, input: { id: serverId, baseUrl: "https://evil.example" } });
  expect(await originsOf(serverId)).toEqual(["https://a.example"]);
  await services.publishServer({ ctx, input: { id: serverId } });
  expect(await originsOf(serverId)).toEqual(["https://a.example"]);
  await publish("moving", documentAt("https://b.example"));
  expect(await originsOf(serverId)).toEqual(["https://a.example"]);
  await set(serverId);
  expect(await originsOf(serverId)).toEqual(["https://b.example"]);
  await publish("moving", documentAt("https://c.example"), { credentials: { key: credential } });
  expect(await originsOf(serverId)).toEqual(["https://c.example"]);
});

it("is bound to the draft and to what is served, while they differ", async () => {
  const { ctx } = test;
  const serverId = await publish("drafted", documentAt("https://a.example"));
  await services.updateServer({ ctx, input: { id: serverId, baseUrl: "https://next.example" } });
  await set(serverId);
  expect(await originsOf(serverId)).toEqual(["https://next.example", "https://a.example"]);
});

it("is stored and removed by the server's slug as well as by its id", async () => {
  const serverId = await publish("by-slug", documentAt("https://a.example"));
  await set("by-slug");
  expect(await originsOf(serverId)).toEqual(["https://a.example"]);
  await services.removeCredential({ ctx: test.ctx, input: { serverId: "by-slug", scheme: "key" } });
  expect(await services.openCredentials(test.deps, serverId)).toEqual({});
});

describe("a client that tokens are got with", () => {
  const flows = {
    clientCredentials: { tokenUrl: "https://login.a.example/token", scopes: {} },
    authorizationCode: {
      ...{ tokenUrl: "https://login.a.example/token", authorizationUrl: "https://login.a.example/authorize" },
      scopes: {},
    },
  };
  const withFlows = (described: object) =>
    JSON.stringify({
      ...JSON.parse(documentAt("https://a.example")),
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: "oauth2", flows: described } } },
    });
  const kept = async (serverId: string) => (await services.openCredentials(test.deps, serverId)).key;
  const client = { clientId: "id", clientSecret: "secret" };
  it.each([
    ["clientCredentials", { tokenUrl: "https://login.a.example/token" }],
    [
      "authorizationCode",
      { tokenUrl: "https://login.a.example/token", authorizationUrl: "https://login.a.example/authorize" },
    ],
  ] as const)("has the addresses of the document where it names none: %s", async (type, addresses) => {
    const credentials = { key: { type, ...client } };
    const serverId = await publish(`flows-${++count}`, withFlows(flows), { credentials });
    expect(await kept(serverId)).toMatchObject({ type, ...client, ...addresses });
    const own = { tokenUrl: "https://other.example/token" };
    await services.setCredential({
      ctx: test.ctx,
      input: { serverId, scheme: "key", credential: { type, ...client, ...own } },
    });
    expect(await kept(serverId)).toMatchObject({ ...addresses, ...own });
  });
  it("is asked for what neither says, and for nothing that would be sent in the clear", async () => {
    for (const described of [{}, { clientCredentials: { tokenUrl: "http://a.example/token", scopes: {} } }]) {
      const serverId = await publish(`flows-${++count}`, withFlows(described));
      await expect(
        services.setCredential({
          ctx: test.ctx,
          input: { serverId, scheme: "key", credential: { type: "clientCredentials", ...client } },
        }),
      ).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(/^tokenUrl: give it/) });
    }
  });
});
