import { newId } from "@portico/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment } from "./environment.ts";
import * as services from "./index.ts";
import { setOwnValues } from "./profile/own-profiles.ts";
import { compileInProcess, createTestServices, type TestServices } from "./testing.ts";

const SECRET = "sk_from_the_environment";
const SET = {
  PORTICO_VALUE_KEY: SECRET,
  PORTICO_VALUE_PAIR: "user:pass:word",
  PORTICO_VALUE_REGION: " us ",
  PORTICO_VALUE_AWAY: "evil.example/?",
  PORTICO_VALUE_EMPTY: "",
  PORTICO_SECRET_KEY: "never",
};

let test: TestServices;
/** The owner of the installation, whose environment it is. */
let owner: services.Ctx;
beforeAll(async () => {
  test = await createTestServices();
  owner = { ...test.ctx, environment: readEnvironment(SET) };
  await test.deps.db.installation.create({ data: { ownerUserId: idOf(owner) } });
});
afterAll(() => test.close());

const idOf = ({ actor }: services.Ctx) => (actor.type === "user" ? actor.id : "");
const inEnvironment = (name: string) => ({ type: "environment" as const, name });
const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://{region}.shop.example", variables: { region: { default: "eu" } } }],
  security: [{ key: [] }, { login: [] }],
  paths: { "/items": { get: { responses: { 200: { description: "ok" } } } } },
  components: {
    securitySchemes: {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      login: { type: "http", scheme: "basic" },
      token: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://shop.example/token", scopes: {} } } },
    },
  },
});

let count = 0;
async function publish(ctx: services.Ctx, credentials: services.PublishSourceInput["credentials"] = {}) {
  const input = { source: { content: document }, slug: `shop-${++count}`, select: "all" as const, credentials };
  const { jobId } = await services.publishSource({ ctx, input });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const { result } = await services.getJob({ ctx, input: { id: jobId } });
  return (result as { server: { id: string } }).server.id;
}
const openIn = async (ctx: services.Ctx, serverId: string) =>
  Object.fromEntries(
    Object.entries(await services.openCredentials(ctx, serverId)).map(([scheme, { origins, ...one }]) => [scheme, one]),
  );

it("takes what begins with PORTICO_VALUE_ of an environment, and nothing else", () => {
  expect([...readEnvironment(SET).keys()].sort()).toEqual(["AWAY", "KEY", "PAIR", "REGION"]);
});

describe("a credential in the environment", () => {
  it("is what the environment has when it is used, of the kind that the scheme wants", async () => {
    const serverId = await publish(owner, { key: inEnvironment("KEY") });
    await services.setCredential({
      ctx: owner,
      input: { serverId, scheme: "login", credential: inEnvironment("PAIR") },
    });
    await services.setCredential({
      ctx: owner,
      input: { serverId, scheme: "token", credential: inEnvironment("KEY") },
    });
    expect(await openIn(owner, serverId)).toEqual({
      key: { type: "apiKey", value: SECRET },
      login: { type: "basic", username: "user", password: "pass:word" },
      token: { type: "bearer", token: SECRET },
    });
    const changed = { ...owner, environment: readEnvironment({ PORTICO_VALUE_KEY: "another" }) };
    expect(await openIn(changed, serverId)).toEqual({
      key: { type: "apiKey", value: "another" },
      token: { type: "bearer", token: "another" },
    });
  });
  it("is shown by its name, and says when nothing is there", async () => {
    const serverId = await publish(owner, { key: inEnvironment("KEY") });
    const view = async (environment: services.Ctx["environment"]) =>
      (await services.listCredentials({ ctx: { ...owner, environment }, input: { serverId } })).find(
        ({ scheme }) => scheme.name === "key",
      );
    const known = await view(owner.environment);
    expect(known).toMatchObject({ type: "environment", reference: "KEY", problem: null });
    expect(known?.origins).toEqual(["https://eu.shop.example"]);
    expect(JSON.stringify(known)).not.toContain(SECRET);
    expect((await view(new Map()))?.problem).toBe(
      "PORTICO_VALUE_KEY is not set where Portico runs, or is not for this organization.",
    );
    const { db, organizationId } = owner;
    const [audited] = await db.auditEvent.findMany({
      where: { organizationId },
      orderBy: { createdAt: "desc" },
      take: 1,
    });
    expect(JSON.stringify(audited)).not.toContain(SECRET);
  });
  it.each([
    ["MISSING", "There is AWAY, KEY, PAIR, REGION."],
    ["SECRET_KEY", "Set PORTICO_VALUE_SECRET_KEY where Portico runs"],
  ])("is refused where nothing is set: %s", async (name, words) => {
    const serverId = await publish(owner);
    await expect(
      services.setCredential({ ctx: owner, input: { serverId, scheme: "key", credential: inEnvironment(name) } }),
    ).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining(words) });
    await expect(publish(owner, { key: inEnvironment(name) })).rejects.toMatchObject({ code: "invalid_input" });
  });
  it("is refused under a name that is none", async () => {
    const serverId = await publish(owner);
    for (const name of ["key", "A B", "", "__proto__", "A".repeat(200)])
      await expect(
        services.setCredential({ ctx: owner, input: { serverId, scheme: "key", credential: inEnvironment(name) } }),
      ).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("the environment is its owner's", () => {
  it("no other admin, owner, builder, key or organization refers to it", async () => {
    const serverId = await publish(owner);
    const { environment } = owner;
    const stranger = { ...test.stranger, environment };
    const others: services.Ctx[] = (["owner", "admin", "builder"] as const).map((role) => ({
      ...owner,
      actor: { type: "user", id: idOf(test.stranger), role },
    }));
    for (const ctx of [...others, stranger]) expect(await services.listReferences(ctx)).toEqual([]);
    for (const ctx of others)
      await expect(
        services.setCredential({
          ctx,
          input: { serverId, scheme: "key", credential: inEnvironment("KEY") },
        }),
      ).rejects.toMatchObject({ code: "forbidden" });
    await expect(publish(stranger, { key: inEnvironment("KEY") })).rejects.toMatchObject({ code: "forbidden" });
  });
  it("a key that they made does, and one of somebody else's does not", async () => {
    const serverId = await publish(owner);
    const keyOf = async (createdById: string | null): Promise<services.Ctx> => {
      const id = newId("apiKey");
      const { organizationId } = owner;
      await test.deps.db.apiKey.create({
        data: { id, organizationId, name: id, hash: id, start: "ptk", scopes: ["write"], createdById },
      });
      return { ...owner, actor: { type: "apiKey", id, scopes: ["write"] } };
    };
    const input = { serverId, scheme: "key", credential: inEnvironment("KEY") };
    for (const other of [null, idOf(test.stranger)])
      await expect(services.setCredential({ ctx: await keyOf(other), input })).rejects.toMatchObject({
        code: "forbidden",
      });
    await services.setCredential({ ctx: await keyOf(idOf(owner)), input });
    expect(await openIn(owner, serverId)).toEqual({ key: { type: "apiKey", value: SECRET } });
  });
  it("is opened for no organization that they do not own, whatever is stored there", async () => {
    const serverId = await publish(owner, { key: inEnvironment("KEY") });
    const where = { organizationId_userId: { organizationId: owner.organizationId, userId: idOf(owner) } };
    await test.deps.db.member.update({ where, data: { role: "admin" } });
    expect(await openIn(owner, serverId)).toEqual({});
    await test.deps.db.member.update({ where, data: { role: "owner" } });
    expect(await openIn(owner, serverId)).toEqual({ key: { type: "apiKey", value: SECRET } });
  });
});

describe("a profile", () => {
  it("takes values from the environment, for credentials and for parts of the address", async () => {
    const serverId = await publish(owner);
    const { id } = await services.createProfile({ ctx: owner, input: { serverId, name: "US" } });
    const give = (field: string, name: string) =>
      services.setProfileValue({ ctx: owner, input: { serverId, id, field, value: inEnvironment(name) } });
    await give("variable:region", "REGION");
    await give("credential:key", "KEY");
    const open = () => services.openProfile(owner, { serverId, profileId: id, userId: null });
    expect(await open()).toMatchObject({
      variables: { region: "us" },
      credentials: { key: { type: "apiKey", value: SECRET, origins: ["https://us.shop.example"] } },
    });
    const { values } = await services.getProfile({ ctx: owner, input: { serverId, id } });
    expect(values.map(({ field, reference }) => [field, reference]).sort()).toEqual([
      ["credential:key", "KEY"],
      ["variable:region", "REGION"],
    ]);
    // What would lead elsewhere is nothing.
    await give("variable:region", "AWAY");
    expect((await open())?.variables).toEqual({});
    await expect(give("variable:region", "NOTHING")).rejects.toMatchObject({ code: "invalid_input" });
  });
  it("takes none from a person for themselves", async () => {
    const serverId = await publish(owner);
    const fields = { "credential:key": "person" as const };
    const settings = { fields, arguments: [], hiddenTools: [] };
    const { id: profileId } = await services.createProfile({ ctx: owner, input: { serverId, name: "Own", settings } });
    const version = await test.deps.db.server.findUniqueOrThrow({ where: { id: serverId } });
    for (const userId of [idOf(owner), idOf(test.stranger)])
      await expect(
        setOwnValues(owner, {
          ...{ serverId, versionId: version.publishedVersionId ?? "", profileId, userId },
          values: { "credential:key": inEnvironment("KEY") },
        }),
      ).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("not a person's") });
  });
});
