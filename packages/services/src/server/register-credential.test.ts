import { newId } from "@portico/db";
import type { AuthorizationServerMetadata, DiscoveryHints } from "@portico/upstream";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, type TestServices } from "../testing.ts";

const METADATA: AuthorizationServerMetadata = {
  issuer: "https://login.example.com",
  authorizationUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
  registrationUrl: "https://login.example.com/register",
  namesItself: true,
  scopes: ["read", "write", "offline_access"],
  authMethods: ["client_secret_post"],
};

let test: TestServices;
beforeAll(async () => {
  test = await createTestServices();
  const content = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Notes", version: "1" },
    servers: [{ url: "https://api.example.com/v1" }],
    security: [{ account: ["read", "gone"] }],
    paths: { "/notes": { get: { operationId: "listNotes", responses: { 200: { description: "ok" } } } } },
    components: {
      securitySchemes: {
        account: {
          type: "openIdConnect",
          openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration",
        },
        key: { type: "apiKey", in: "header", name: "X-Key" },
      },
    },
  });
  const input = { source: { content }, slug: "notes", select: "all" as const };
  const { jobId } = await services.publishSource({ ctx: test.ctx, input });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
});
afterAll(() => test.close());

let hints: DiscoveryHints[] = [];
const discover = async (given: DiscoveryHints) => {
  hints.push(given);
  return { ok: true as const, metadata: METADATA };
};
const made = async () => ({
  ok: true as const,
  clientId: "c1",
  clientSecret: "canary-secret",
  sendIn: "form" as const,
});
const place = { serverId: "notes", scheme: "account" };
const member = (): Ctx => ({ ...test.ctx, actor: { type: "user", id: newId("user"), role: "member" } });

it("asks what the document and the API say, and proposes the scopes that both know", async () => {
  hints = [];
  const found = await services.findSignInAddresses({ ctx: test.ctx, input: place }, discover);
  expect(hints).toEqual([
    {
      issuer: undefined,
      openIdConnectUrl: "https://login.example.com/.well-known/openid-configuration",
      resources: ["https://api.example.com/v1"],
      authorizationUrl: undefined,
    },
  ]);
  expect(found).toEqual({
    issuer: METADATA.issuer,
    authorizationUrl: METADATA.authorizationUrl,
    tokenUrl: METADATA.tokenUrl,
    namesItself: true,
    canRegister: true,
    sendIn: "form",
    scopes: ["read", "offline_access"],
  });
});

it("stores the client that it was given, sealed, with who gave it; nothing of it comes back or is audited", async () => {
  const asked: unknown[] = [];
  const register = async (_metadata: AuthorizationServerMetadata, client: object) => {
    asked.push(client);
    return made();
  };
  const registered = await services.registerCredential({ ctx: test.ctx, input: place }, discover, register);
  const redirectUri = services.upstreamCallback(test.deps, test.ctx.organizationId);
  expect(asked).toEqual([{ name: "Portico, Notes", redirectUri, scopes: ["read", "offline_access"] }]);
  expect(registered).toMatchObject({ clientId: "c1", issuer: METADATA.issuer, redirectUri });
  const { id } = await services.getServer({ ctx: test.ctx, input: { id: "notes" } });
  const opened = await services.openCredentials(test.deps, id);
  expect(opened.account).toMatchObject({
    type: "authorizationCode",
    clientId: "c1",
    clientSecret: "canary-secret",
    sendIn: "form",
    issuer: METADATA.issuer,
    namesItself: true,
    origins: ["https://api.example.com"],
  });
  const texts = [
    registered,
    await services.listCredentials({ ctx: test.ctx, input: { serverId: id } }),
    await test.deps.db.credential.findMany(),
    await test.deps.db.auditEvent.findMany(),
  ];
  expect(JSON.stringify(texts)).not.toContain("canary-secret");
});

it("is for those who may set credentials, and for nobody of another organization", async () => {
  for (const [ctx, code] of [
    [member(), "forbidden"],
    [test.stranger, "not_found"],
  ] as const) {
    hints = [];
    await expect(services.findSignInAddresses({ ctx, input: place }, discover)).rejects.toMatchObject({ code });
    await expect(services.registerCredential({ ctx, input: place }, discover, made)).rejects.toMatchObject({ code });
    expect(hints).toEqual([]);
  }
});

it("changes nothing when nothing is found, or no client is given", async () => {
  const before = await test.deps.db.credential.findMany();
  const { ctx } = test;
  const lost = async () => ({ ok: false as const, problem: "Nothing was found." });
  const refused = async () => ({ ok: false as const, problem: "It registered no client." });
  await expect(services.registerCredential({ ctx, input: place }, lost, made)).rejects.toMatchObject({
    code: "precondition_failed",
  });
  await expect(services.registerCredential({ ctx, input: place }, discover, refused)).rejects.toThrow(/no client/);
  for (const input of [
    { ...place, scheme: "key" },
    { ...place, scheme: "none" },
    { ...place, issuer: "javascript:alert(1)" },
  ])
    await expect(services.registerCredential({ ctx, input }, discover, made)).rejects.toMatchObject({
      code: "invalid_input",
    });
  expect(await test.deps.db.credential.findMany()).toEqual(before);
});
