import { newId } from "@portico/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";
import { argumentsOf, mergeSettings, NO_SETTINGS, type ProfileSettings } from "./settings.ts";

const document = JSON.stringify({
  ...JSON.parse(petsDocument),
  servers: [
    { url: "https://{region}.pets.example.com/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } },
  ],
});

let test: TestServices;
let serverId: string;
let resource: string;

beforeAll(async () => {
  test = await createTestServices();
  const input = { source: { content: document }, slug: "pets", select: "all" as const };
  const { jobId } = await services.publishSource({ ctx: test.ctx, input });
  const onBug = (error: unknown) => {
    throw error;
  };
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug });
  const server = await services.getServer({ ctx: test.ctx, input: { id: "pets" } });
  serverId = server.id;
  resource = server.mcpUrl;
});
afterAll(() => test.close());

let made = 0;
type Settings = Parameters<typeof services.createProfile>[0]["input"]["settings"];
const create = (settings: Settings = {}, more: object = {}, ctx: Ctx = test.ctx) =>
  services.createProfile({ ctx, input: { serverId, name: `Profile ${++made}`, settings, ...more } });

/** Another member of the organization. */
async function member(role: "member" | "builder" = "member"): Promise<Ctx & { userId: string }> {
  const id = newId("user");
  const { organizationId } = test.ctx;
  const email = `${id}@example.com`;
  await test.deps.db.user.create({ data: { id, name: "Somebody", email, emailVerified: true } });
  await test.deps.db.member.create({ data: { id: newId("member"), organizationId, userId: id, role } });
  return { ...test.ctx, actor: { type: "user", id, role }, userId: id };
}

const refusal = async (work: Promise<unknown>) =>
  (await work.then(
    () => null,
    (error) => error,
  )) as services.AppError;
const key = (value: string) => ({ type: "apiKey" as const, value });

describe("profiles", () => {
  it("are shared by the organization; the first is the default, and there is never a second one", async () => {
    const first = await create();
    const second = await create();
    expect([first.isDefault, second.isDefault]).toEqual([true, false]);
    await services.updateProfile({ ctx: test.ctx, input: { serverId, id: second.id, isDefault: true } });
    const all = await services.listProfiles({ ctx: await member(), input: { serverId } });
    expect(all.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([second.id]);
  });

  it.each<[string, Settings, RegExp]>([
    [
      "a field that the document does not have",
      { fields: { "credential:other": "person" } },
      /fields\.credential:other/,
    ],
    ["a kind of field that is none", { fields: { "secret:key": "person" } }, /no such field; it has credential:key/],
    [
      "an argument that no tool has",
      { arguments: [{ argument: "nope", mode: "fixed", value: 1 }] },
      /no tool has the argument/,
    ],
    [
      "an argument that this tool does not have",
      { arguments: [{ argument: "id", operation: "GET /pets", mode: "fixed", value: 1 }] },
      /GET \/pets has no argument "id"/,
    ],
    ["an operation that is not there", { hiddenTools: ["GET /nope"] }, /no operation GET \/nope/],
    [
      "both a value and a person's fact",
      { arguments: [{ argument: "id", mode: "fixed", value: 1, person: "id" }] },
      /give either/,
    ],
    ["an address with a password in it", { baseUrl: "https://a:b@example.com" }, /without a user name/],
  ])("are refused with %s", async (_what, settings, message) => {
    const error = await refusal(create(settings));
    expect(error).toMatchObject({ code: "invalid_input" });
    expect(error.message).toMatch(message);
  });

  it("XT-04: are not there for a stranger, whatever is asked", async () => {
    const { id } = await create();
    const ctx = test.stranger;
    const calls = [
      () => services.listProfiles({ ctx, input: { serverId } }),
      () => services.listProfileFields({ ctx, input: { serverId } }),
      () => services.getProfile({ ctx, input: { serverId, id } }),
      () => services.createProfile({ ctx, input: { serverId, name: "x" } }),
      () => services.updateProfile({ ctx, input: { serverId, id, name: "x" } }),
      () => services.removeProfile({ ctx, input: { serverId, id } }),
      () => services.restoreProfile({ ctx, input: { serverId, id } }),
      () => services.listRemovedProfiles({ ctx, input: { serverId } }),
      () => services.setProfileValue({ ctx, input: { serverId, id, field: "credential:key", value: key("x") } }),
      () => services.removeProfileValue({ ctx, input: { serverId, id, field: "credential:key" } }),
    ];
    for (const call of calls) expect(await refusal(call())).toMatchObject({ code: "not_found" });
  });

  it("are changed by builders only; a member sees them, and has profiles of their own that nobody else sees", async () => {
    const { id } = await create();
    const [ada, bob] = await Promise.all([member(), member()]);
    expect(await refusal(create({}, {}, ada))).toMatchObject({ code: "forbidden" });
    const changed = services.updateProfile({ ctx: ada, input: { serverId, id, name: "Mine" } });
    expect(await refusal(changed)).toMatchObject({ code: "forbidden" });
    const own = await create({ hiddenTools: ["POST /pets"] }, { isOwn: true, baseId: id }, ada);
    expect(own).toMatchObject({ isOwn: true, isDefault: false, baseId: id });
    for (const ctx of [bob, test.ctx]) {
      const seen = await services.listProfiles({ ctx, input: { serverId } });
      expect(seen.map((one) => one.id)).not.toContain(own.id);
      expect(await refusal(services.getProfile({ ctx, input: { serverId, id: own.id } }))).toMatchObject({
        code: "not_found",
      });
    }
    // Nor in what admins read of everybody.
    const name = `Private ${own.id}`;
    await services.updateProfile({ ctx: ada, input: { serverId, id: own.id, name } });
    await services.removeProfile({ ctx: ada, input: { serverId, id: own.id } });
    const audited = await services.listAuditEvents({ ctx: test.ctx, input: {} });
    expect(audited.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["profile.create", "profile.update", "profile.remove"]),
    );
    for (const told of [own.name, name]) expect(JSON.stringify(audited.items.slice(0, 3))).not.toContain(told);
  });

  it("are changed by two at once without loss: the second is told whose change it is, and what theirs is", async () => {
    const { id, lock } = await create({}, { name: "Two at once" });
    const bob = await member("builder");
    const update = (ctx: Ctx, more: object) => services.updateProfile({ ctx, input: { serverId, id, ...more } });
    const theirs = await update(bob, { lock, settings: { hiddenTools: ["GET /pets"] } });
    expect(theirs.lock).toBe(lock + 1);
    const error = await refusal(update(test.ctx, { lock, name: "Mine" }));
    expect(error).toMatchObject({ code: "conflict", details: { isYou: false, theirs: { id, lock: theirs.lock } } });
    const { who, theirs: handed } = error.details as services.ProfileConflict;
    expect(who).toMatch(/@example\.com$/);
    expect(error.message).toContain(`${who} changed the profile "Two at once" meanwhile`);
    expect(handed.settings.hiddenTools).toEqual(["GET /pets"]);
    expect(await services.getProfile({ ctx: test.ctx, input: { serverId, id } })).toMatchObject({
      name: "Two at once",
    });
    // Theirs is read, and mine written over it.
    expect(await update(test.ctx, { lock: handed.lock, name: "Mine" })).toMatchObject({ name: "Mine" });
    expect((await refusal(update(test.ctx, { lock: handed.lock, name: "Again" }))).details).toMatchObject({
      isYou: true,
    });
    // Without a lock the last writer wins.
    expect(await update(bob, { name: "Last" })).toMatchObject({ name: "Last", lock: lock + 3 });
    const at = { lock: lock + 3 };
    const both = await Promise.allSettled([update(bob, { ...at, name: "A" }), update(test.ctx, { ...at, name: "B" })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("are brought back as they were: values, choices, what builds on them, and the default", async () => {
    const { ctx } = test;
    const of = { ctx, input: { serverId } };
    const { id } = await create({ fields: { "variable:region": "organization" } }, { name: "Back", isDefault: true });
    const ada = await member();
    const own = await create({}, { isOwn: true, baseId: id }, ada);
    await services.setProfileValue({ ctx, input: { serverId, id, field: "credential:key", value: key("kept") } });
    const running = (profileId: string | null, userId: string | null = null) =>
      services.openProfile(test.deps, { serverId, profileId, userId });
    const before = await running(null);
    expect(before?.id).toBe(id);
    const clientId = newId("oauthClient");
    const connection = await test.deps.db.connection.create({
      data: {
        ...{ id: newId("connection"), organizationId: ctx.organizationId, serverId, userId: ada.userId, clientId },
        ...{ clientName: "Claude", profileId: id },
      },
    });
    const choices = () => services.listConnections({ ctx, input: { person: ada.userId } });

    await services.removeProfile({ ctx, input: { serverId, id } });
    for (const profileId of [id, null]) expect((await running(profileId))?.id).not.toBe(id);
    expect((await running(own.id, ada.userId))?.id).not.toBe(own.id);
    for (const who of [ctx, ada])
      for (const { id: listed } of await services.listProfiles({ ctx: who, input: { serverId } }))
        expect([id, own.id]).not.toContain(listed);
    expect((await choices()).items[0]?.profile).toBeNull();
    expect(await refusal(services.updateProfile({ ctx, input: { serverId, id, name: "x" } }))).toMatchObject({
      code: "not_found",
    });
    const [lately] = await services.listRemovedProfiles(of);
    expect(lately).toMatchObject({ id, name: "Back", isOwn: false, who: expect.stringContaining("@") });
    expect(await refusal(services.restoreProfile({ ctx: ada, input: { serverId, id } }))).toMatchObject({
      code: "forbidden",
    });
    // Something else has its name by now.
    const taken = await create({}, { name: "Back" });
    expect(await refusal(services.restoreProfile({ ctx, input: { serverId, id } }))).toMatchObject({
      ...{ code: "conflict", message: expect.stringMatching(/There is a profile "Back" already/) },
    });
    await services.removeProfile({ ctx, input: { serverId, id: taken.id } });

    expect(await services.restoreProfile({ ctx, input: { serverId, id } })).toMatchObject({
      ...{ id, name: "Back", isDefault: true, values: [{ field: "credential:key" }] },
    });
    const after = await running(null);
    expect(after?.credentials).toEqual(before?.credentials);
    expect((await running(own.id, ada.userId))?.id).toBe(own.id);
    expect((await choices()).items[0]?.profile).toBe("Back");
    expect(await refusal(services.restoreProfile({ ctx, input: { serverId, id } }))).toMatchObject({
      code: "not_found",
    });

    // Another one is the default by then.
    await services.removeProfile({ ctx, input: { serverId, id } });
    const other = await create({}, { isDefault: true });
    expect(await services.restoreProfile({ ctx, input: { serverId, id } })).toMatchObject({ isDefault: false });
    expect((await running(null))?.id).toBe(other.id);
    await test.deps.db.connection.delete({ where: { id: connection.id } });
  });

  it("are gone for good a day after they were removed", async () => {
    const { ctx, deps } = test;
    const { id } = await create();
    await services.setProfileValue({ ctx, input: { serverId, id, field: "credential:key", value: key("gone") } });
    await services.removeProfile({ ctx, input: { serverId, id } });
    const HOUR_MS = 3_600_000;
    await services.purgeExpired(deps, Date.now() + 23 * HOUR_MS);
    expect(await deps.db.profileValue.count({ where: { profileId: id } })).toBe(1);
    await services.purgeExpired(deps, Date.now() + 25 * HOUR_MS);
    expect(await deps.db.profileValue.count({ where: { profileId: id } })).toBe(0);
    expect(await refusal(services.restoreProfile({ ctx, input: { serverId, id } }))).toMatchObject({
      code: "not_found",
    });
  });

  it("of a person never change where everybody's credentials go", async () => {
    const ada = await member();
    const tried: Settings[] = [
      { baseUrl: "https://evil.example.com" },
      { fields: { "variable:region": "person" } },
      { fields: { "credential:key": "unused" } },
    ];
    for (const settings of tried)
      expect(await refusal(create(settings, { isOwn: true }, ada))).toMatchObject({ code: "invalid_input" });
  });
});

describe("what fills a field", () => {
  it("is sealed to its row, bound to where the profile calls, and never comes back", async () => {
    const { id } = await create({ baseUrl: "https://staging.example.com/v1" });
    const value = key("organization-secret");
    await services.setProfileValue({ ctx: test.ctx, input: { serverId, id, field: "credential:key", value } });
    const view = await services.getProfile({ ctx: test.ctx, input: { serverId, id } });
    expect(view.values).toEqual([{ field: "credential:key", setAt: expect.any(Date) }]);
    expect(JSON.stringify(await services.listProfiles({ ctx: test.ctx, input: { serverId } }))).not.toContain("secret");
    const row = await test.deps.db.profileValue.findFirstOrThrow({ where: { profileId: id } });
    expect(row.origins).toEqual(["https://staging.example.com"]);
    expect(row.sealed).not.toContain("secret");
    // Moved to another profile, as whoever writes to the database could, it does not open.
    const other = await create();
    await test.deps.db.profileValue.update({ where: { id: row.id }, data: { profileId: other.id } });
    await expect(services.openProfile(test.deps, { serverId, profileId: other.id, userId: null })).rejects.toThrow();
    await services.removeProfile({ ctx: test.ctx, input: { serverId, id: other.id } });
    const audited = await test.deps.db.auditEvent.findMany({ where: { organizationId: test.ctx.organizationId } });
    expect(JSON.stringify(audited)).not.toContain("organization-secret");
  });

  it("is a person's own where the profile says so, and another's for nobody", async () => {
    const { id } = await create({ fields: { "credential:key": "person", "variable:region": "person" } });
    const [ada, bob] = await Promise.all([member(), member()]);
    const fill = ({ userId }: { userId: string }, values: Record<string, unknown>) =>
      services.fillInFields({ ...test.deps, userId }, { resource, profileId: id, values });
    expect(await services.missingFields(test.deps, { ...ada, resource, profileId: id })).toHaveLength(2);
    await fill(ada, { "credential:key": key("adas-own-secret"), "variable:region": "us" });
    await fill(bob, { "credential:key": key("bobs-own-secret") });
    const open = (userId: string | null) => services.openProfile(test.deps, { serverId, profileId: id, userId });
    expect(await open(ada.userId)).toMatchObject({
      variables: { region: "us" },
      credentials: { key: { value: "adas-own-secret", origins: ["https://us.pets.example.com"] } },
      missing: new Set(),
    });
    expect(await open(bob.userId)).toMatchObject({
      credentials: { key: { value: "bobs-own-secret", origins: ["https://eu.pets.example.com"] } },
      missing: new Set(["variable:region"]),
    });
    expect(await open(null)).toMatchObject({
      credentials: {},
      missing: new Set(["credential:key", "variable:region"]),
    });
    const form = await services.readConnectForm(test.deps, { userId: ada.userId, resource, clientId: "c" });
    const all = [form, await services.listProfiles({ ctx: test.ctx, input: { serverId } })];
    expect(JSON.stringify(all)).not.toMatch(/own-secret/);
    // To administrators it is not even said to be there.
    expect((await services.getProfile({ ctx: test.ctx, input: { serverId, id } })).values).toEqual([]);
    await fill(ada, { "credential:key": null });
    expect(await services.missingFields(test.deps, { ...ada, resource, profileId: id })).toEqual(["credential:key"]);
    expect((await open(bob.userId))?.missing).toEqual(new Set(["variable:region"]));
  });

  it("is refused beside each field that is wrong, and then nothing is stored", async () => {
    const { id } = await create({ fields: { "credential:key": "person", "variable:region": "person" } });
    const ada = await member();
    const fill = (values: Record<string, unknown>) =>
      services.fillInFields({ ...test.deps, userId: ada.userId }, { resource, profileId: id, values });
    const error = await refusal(
      fill({
        "credential:key": { type: "bearer", token: "typed-secret" },
        "variable:region": "mars",
        "variable:x": "1",
      }),
    );
    const { issues } = error.details as { issues: { field: string; message: string }[] };
    expect(issues.map(({ field }) => field)).toEqual(["credential:key", "variable:region", "variable:x"]);
    expect(issues[1]?.message).toContain("eu, us");
    expect(JSON.stringify(error.details) + error.message).not.toContain("typed-secret");
    await refusal(fill({ "credential:key": key("typed-secret"), "variable:region": "mars" }));
    expect(await test.deps.db.profileValue.count({ where: { profileId: id } })).toBe(0);
  });

  it("XT-04: is not for a profile of another person or server", async () => {
    const [ada, bob] = await Promise.all([member(), member()]);
    const own = await create({ fields: { "credential:key": "person" } }, { isOwn: true }, ada);
    const fill = services.fillInFields(
      { ...test.deps, userId: bob.userId },
      { resource, profileId: own.id, values: { "credential:key": key("x") } },
    );
    expect(await refusal(fill)).toMatchObject({ code: "not_found" });
    const missing = services.missingFields(test.deps, { userId: bob.userId, resource, profileId: own.id });
    expect(await refusal(missing)).toMatchObject({ code: "not_found" });
    // Chosen all the same, as whoever writes to the database could, it is not run with.
    const opened = await services.openProfile(test.deps, { serverId, profileId: own.id, userId: bob.userId });
    expect(opened?.id).not.toBe(own.id);
  });
});

describe("a person's connections", () => {
  async function connected(more: Partial<services.ConnectChoice> = {}) {
    const person = await member();
    const clientId = newId("oauthClient");
    const { connectionId } = await services.connect(test.deps, {
      ...{ userId: person.userId, resource, clientId, clientName: "A client", grantId: clientId },
      ...more,
    });
    return { account: { ...test.deps, userId: person.userId }, id: connectionId };
  }

  it("keep their profile when a value of another one is removed", async () => {
    const [chosen, looked] = await Promise.all([create(), create({ fields: { "credential:key": "person" } })]);
    const ada = await connected({ profileId: chosen.id });
    const values = { "credential:key": key("adas-own-secret") };
    await services.fillInFields(ada.account, { resource, profileId: looked.id, values });
    await services.forgetOwnValue(ada.account, { id: ada.id, profileId: looked.id, field: "credential:key" });
    expect((await services.listOwnConnections(ada.account))[0]?.profileId).toBe(chosen.id);
    expect(await test.deps.db.profileValue.count({ where: { userId: ada.account.userId } })).toBe(0);
    const bob = await connected();
    const forget = services.forgetOwnValue(bob.account, { id: ada.id, profileId: looked.id, field: "credential:key" });
    expect(await refusal(forget)).toMatchObject({ code: "not_found" });
  });

  it("of somebody who leaves the organization leave nothing of theirs there", async () => {
    const { id: profileId } = await create({ fields: { "credential:key": "person" } });
    const [ada, bob] = [await connected({ profileId }), await connected({ profileId })];
    for (const { account } of [ada, bob])
      await services.fillInFields(account, { resource, profileId, values: { "credential:key": key("own-secret") } });
    const { userId } = ada.account;
    const ctx = { ...test.ctx, actor: { type: "user" as const, id: userId, role: "member" as const } };
    await create({}, { isOwn: true }, ctx);
    await services.leaveOrganization({ ctx });
    const left = (id: string) =>
      Promise.all([
        test.deps.db.profileValue.count({ where: { userId: id } }),
        test.deps.db.profile.count({ where: { userId: id } }),
      ]);
    expect(await left(userId)).toEqual([0, 0]);
    expect((await left(bob.account.userId))[0]).toBe(1);
  });

  it("are listed, changed and ended by the person whose they are, and by nobody else", async () => {
    const { id: profileId } = await create();
    const [ada, bob] = [
      await connected({ profileId, tools: "reading", endsAt: new Date(Date.now() + 30 * 86_400_000) }),
      await connected(),
    ];
    const [listed] = await services.listOwnConnections(ada.account);
    expect(listed).toMatchObject({ id: ada.id, profileId, tools: "reading", clientName: "A client" });
    const days = ((listed?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    for (const call of [
      () => services.changeOwnConnection(bob.account, { id: ada.id, tools: "all" }),
      () => services.endOwnConnection(bob.account, { id: ada.id }),
    ])
      expect(await refusal(call())).toMatchObject({ code: "not_found" });
    await services.changeOwnConnection(ada.account, { id: ada.id, tools: "all", profileId: null });
    const changed = async () => (await services.listOwnConnections(ada.account))[0];
    expect(await changed()).toMatchObject({ tools: "all", profileId: null, expiresAt: listed?.expiresAt });
    await services.changeOwnConnection(ada.account, { id: ada.id, days: 1 });
    expect(((await changed())?.expiresAt?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000);
    await services.changeOwnConnection(ada.account, { id: ada.id, days: null });
    expect(await changed()).toMatchObject({ expiresAt: null });
    await services.endOwnConnection(ada.account, { id: ada.id });
    expect(await services.listOwnConnections(ada.account)).toEqual([]);
    expect(await services.listOwnConnections(bob.account)).toHaveLength(1);
  });

  it("take no profile of another server or person", async () => {
    const ada = await connected();
    const own = await create({}, { isOwn: true }, await member());
    for (const profileId of [own.id, "prf_none"])
      expect(await refusal(services.changeOwnConnection(ada.account, { id: ada.id, profileId }))).toMatchObject({
        code: "not_found",
      });
  });
});

describe("settings of a person's own profile", () => {
  const base: ProfileSettings = {
    ...NO_SETTINGS,
    arguments: [
      { argument: "owner", mode: "fixed", person: "email" },
      { argument: "limit", mode: "default", value: 10 },
    ],
    hiddenTools: ["POST /pets"],
  };
  it.each<[string, Partial<ProfileSettings>, string, unknown]>([
    [
      "cannot loosen what is fixed",
      { arguments: [{ argument: "owner", mode: "default", value: "x" }] },
      "owner",
      { mode: "fixed", person: "email" },
    ],
    [
      "cannot loosen it for one tool either",
      { arguments: [{ argument: "owner", operation: "GET /pets", mode: "fixed", value: "x" }] },
      "owner",
      { mode: "fixed", person: "email" },
    ],
    [
      "come before the defaults of all",
      { arguments: [{ argument: "limit", mode: "default", value: 5 }] },
      "limit",
      { value: 5 },
    ],
    [
      "may fix what was a default",
      { arguments: [{ argument: "limit", mode: "fixed", value: 5 }] },
      "limit",
      { mode: "fixed", value: 5 },
    ],
  ])("%s", (_what, own, argument, want) => {
    const merged = mergeSettings(base, { ...NO_SETTINGS, ...own });
    expect(argumentsOf(merged.arguments, { operation: "GET /pets" }).get(argument)).toMatchObject(want as object);
    expect(merged.hiddenTools).toEqual(["POST /pets"]);
  });
});
