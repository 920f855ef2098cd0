import { newId } from "@portico/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";
import { type AccessFacts, decideAccess, findAccess } from "./find-access.ts";

let test: TestServices;
let serverId: string;
let resource: string;

beforeAll(async () => {
  test = await createTestServices();
  const input = { source: { content: petsDocument }, slug: "pets", select: "all" as const };
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

/** Somebody with an address, in the organization or not. */
async function person({ isMember = false, isVerified = true } = {}) {
  const { db } = test.deps;
  const id = newId("user");
  const email = `${id}@example.com`;
  await db.user.create({ data: { id, name: "Somebody", email, emailVerified: isVerified } });
  const memberId = newId("member");
  const { organizationId } = test.ctx;
  if (isMember) await db.member.create({ data: { id: memberId, organizationId, userId: id, role: "member" } });
  return { id, email, memberId };
}

async function accessOf(userId: string) {
  const organization = await test.deps.db.organization.findUniqueOrThrow({ where: { id: test.ctx.organizationId } });
  const server = await services.resolveServer(test.deps, organization.slug, "pets");
  if (!server) throw new Error("The server is gone.");
  const access = await findAccess(test.deps, server, userId);
  // The page, the decision and the token all follow the one rule.
  expect(await services.mayConnect(test.deps, { userId, resource })).toBe(access !== null);
  return access;
}

const set = (input: Omit<Parameters<typeof services.setAccess>[0]["input"], "serverId">) =>
  services.setAccess({ ctx: test.ctx, input: { serverId, ...input } });
const grant = (to: Parameters<typeof services.grantAccess>[0]["input"]["to"], tools: services.ToolGrant = "all") =>
  services.grantAccess({ ctx: test.ctx, input: { serverId, to, tools } });

const facts: AccessFacts = {
  visibility: "organization",
  everybodyTools: "all",
  isMember: false,
  ownGrants: [],
  teamGrants: [],
};
const list = { operations: ["GET /pets"] };

describe("who may use a server, and with which tools", () => {
  it.each<[string, Partial<AccessFacts>, ReturnType<typeof decideAccess>]>([
    ["a stranger of a server for members", {}, null],
    ["a member", { isMember: true }, { why: "organization", limit: null }],
    ["a stranger who signs in", { visibility: "signed-in" }, { why: "signed-in", limit: null }],
    ["anybody of a public server", { visibility: "public" }, { why: "public", limit: null }],
    ["a member of a server for chosen people", { visibility: "chosen", isMember: true }, null],
    ["a person who is named", { visibility: "chosen", ownGrants: ["all"] }, { why: "person", limit: null }],
    [
      "whoever is not named, by what everybody has",
      { isMember: true, everybodyTools: "reading" },
      { why: "organization", limit: { hasReading: true, operations: [] } },
    ],
    [
      "a person in two teams, by both together",
      { isMember: true, teamGrants: ["reading", list] },
      { why: "team", limit: { hasReading: true, operations: ["GET /pets"] } },
    ],
    [
      "a person in a team, by their own grant alone",
      { isMember: true, ownGrants: [list], teamGrants: ["all"] },
      { why: "person", limit: { hasReading: false, operations: ["GET /pets"] } },
    ],
    [
      "a team before everybody",
      { isMember: true, teamGrants: [{ operations: [] }] },
      { why: "team", limit: { hasReading: false, operations: [] } },
    ],
  ])("%s", (_who, given, want) => {
    expect(decideAccess({ ...facts, ...given })).toEqual(want);
  });

  it("follows visibility, teams and addresses as they are stored", async () => {
    const [member, outsider, unproved] = await Promise.all([
      person({ isMember: true }),
      person(),
      person({ isVerified: false }),
    ]);
    expect(await accessOf(member.id)).toMatchObject({ why: "organization" });
    expect(await accessOf(outsider.id)).toBeNull();
    await set({ visibility: "signed-in" });
    expect(await accessOf(outsider.id)).toMatchObject({ why: "signed-in" });
    await set({ visibility: "chosen" });
    expect(await accessOf(member.id)).toBeNull();
    const team = await services.createTeam({ ctx: test.ctx, input: { name: "Support", memberIds: [member.memberId] } });
    await grant({ teamId: team.id }, "reading");
    expect(await accessOf(member.id)).toEqual({ why: "team", limit: { hasReading: true, operations: [] } });
    await grant({ email: outsider.email.toUpperCase() });
    expect(await accessOf(outsider.id)).toEqual({ why: "person", limit: null });
    await grant({ email: unproved.email });
    expect(await accessOf(unproved.id)).toBeNull();
    await services.updateTeam({ ctx: test.ctx, input: { id: team.id, memberIds: [] } });
    expect(await accessOf(member.id)).toBeNull();
    await grant({ memberId: member.memberId }, list);
    expect(await accessOf(member.id)).toMatchObject({ limit: { operations: ["GET /pets"] } });
    const shown = await services.getAccess({ ctx: test.ctx, input: { serverId } });
    expect(shown.grants).toHaveLength(4);
    expect(shown.members.find(({ email }) => email === member.email)?.access).toMatchObject({ why: "person" });
    await test.deps.db.member.delete({ where: { id: member.memberId } });
    expect(await accessOf(member.id)).toBeNull();
    for (const { id } of (await services.getAccess({ ctx: test.ctx, input: { serverId } })).grants)
      await services.removeAccess({ ctx: test.ctx, input: { serverId, id } });
    expect(await accessOf(outsider.id)).toBeNull();
    await services.removeTeam({ ctx: test.ctx, input: { id: team.id } });
    await set({ visibility: "organization" });
  });
});

it("shows whoever opens the page only what they may use", async () => {
  const { slug: organization } = await test.deps.db.organization.findUniqueOrThrow({
    where: { id: test.ctx.organizationId },
  });
  const member = await person({ isMember: true });
  const namesFor = async (userId: string | null) =>
    (await services.describeServer(test.deps, { organization, slug: "pets", userId }))?.tools.map(({ name }) => name);
  expect(await namesFor(member.id)).toEqual(["listPets", "addPet", "removePet"]);
  await set({ everybodyTools: "reading", visibility: "public" });
  expect(await namesFor(member.id)).toEqual(["listPets"]);
  expect(await namesFor(null)).toEqual(["listPets"]);
  await set({ everybodyTools: "all", visibility: "organization" });
  expect(await namesFor(null)).toBeUndefined();
});

it("keeps who may use a server when it is published again", async () => {
  await set({ visibility: "chosen" });
  const input = { source: { content: petsDocument }, slug: "pets" };
  const { jobId } = await services.publishSource({ ctx: test.ctx, input });
  await services.runJob(test.deps, { jobId, compileSource: compileInProcess, onBug: () => {} });
  expect((await services.getServer({ ctx: test.ctx, input: { id: serverId } })).visibility).toBe("chosen");
  await set({ visibility: "organization" });
});

describe("what is refused", () => {
  it("a grant of an operation that is not there", async () => {
    await expect(grant({ email: "a@example.com" }, { operations: ["GET /nothing"] })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("GET /nothing"),
    });
  });

  it("everything to a stranger, with the things of others", async () => {
    const { ctx, stranger } = test;
    const team = await services.createTeam({ ctx: stranger, input: { name: "Theirs" } });
    const mine = await services.createTeam({ ctx, input: { name: "Mine" } });
    const [member] = await test.deps.db.member.findMany({ where: { organizationId: stranger.organizationId } });
    const { id } = await grant({ email: "guest@example.com" });
    const gone = { code: "not_found" };
    await expect(grant({ teamId: team.id })).rejects.toMatchObject(gone);
    await expect(grant({ memberId: member?.id ?? "" })).rejects.toMatchObject(gone);
    const update = { id: mine.id, memberIds: [member?.id ?? ""] };
    await expect(services.updateTeam({ ctx, input: update })).rejects.toMatchObject(gone);
    for (const work of [
      () => services.getAccess({ ctx: stranger, input: { serverId } }),
      () => services.setAccess({ ctx: stranger, input: { serverId, visibility: "public" } }),
      () => services.grantAccess({ ctx: stranger, input: { serverId, to: { email: "x@example.com" } } }),
      () => services.removeAccess({ ctx: stranger, input: { serverId, id } }),
      () => services.updateTeam({ ctx: stranger, input: { id: mine.id, name: "Taken" } }),
      () => services.removeTeam({ ctx: stranger, input: { id: mine.id } }),
    ])
      await expect(work()).rejects.toMatchObject(gone);
    expect(await services.listTeams({ ctx: stranger })).toMatchObject([{ name: "Theirs" }]);
  });

  it("a guest's address to whoever else says that it is theirs", async () => {
    const email = "guest-elsewhere@example.com";
    const theirs = await services.createInvitation({ ctx: test.stranger, input: { email, role: "member" } });
    const token = theirs.url.split("#")[1] ?? "";
    await services.joinByInvitation(test.deps, { token, name: "Mallory", password: "nanoseconds matter" });
    const { id: userId } = await test.deps.db.user.findUniqueOrThrow({ where: { email } });
    await set({ visibility: "chosen" });
    await grant({ email });
    // Another organization's word for the address is none of ours.
    expect(await accessOf(userId)).toBeNull();
    const { organizationId } = test.ctx;
    expect(await services.readPersonFacts(test.deps, { userId, organizationId })).not.toHaveProperty("email");
    const there = test.stranger.organizationId;
    expect(await services.readPersonFacts(test.deps, { userId, organizationId: there })).toMatchObject({ email });
    await set({ visibility: "organization" });
  });

  it("changes by members, and teams by builders", async () => {
    const member = test.as(test.ctx, "member");
    const forbidden = { code: "forbidden" };
    await expect(services.setAccess({ ctx: member, input: { serverId } })).rejects.toMatchObject(forbidden);
    await expect(services.getAccess({ ctx: member, input: { serverId } })).rejects.toMatchObject(forbidden);
    const builder = test.as(test.ctx, "builder");
    await expect(services.createTeam({ ctx: builder, input: { name: "No" } })).rejects.toMatchObject(forbidden);
  });

  it("a second team of the same name", async () => {
    const { ctx } = test;
    await services.createTeam({ ctx, input: { name: "Twice" } });
    await expect(services.createTeam({ ctx, input: { name: "Twice" } })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a guest", () => {
  const tokenOf = ({ url }: { url: string }) => url.split("#")[1] ?? "";
  const asNew = { name: "Guest", password: "nanoseconds matter" };
  const invite = (grantId: string) => services.inviteGuest({ ctx: test.ctx, input: { serverId, grantId } });
  const guestOf = async (grantId: string) => {
    const { grants } = await services.getAccess({ ctx: test.ctx, input: { serverId } });
    const to = grants.find(({ id }) => id === grantId)?.to;
    return to && "guest" in to ? to.guest?.state : undefined;
  };

  it("gets an account by a link, becomes no member, and may use the server until it is taken back", async () => {
    await set({ visibility: "chosen" });
    const email = "a-guest@example.com";
    const { id: grantId } = await grant({ email });
    expect(await guestOf(grantId)).toBeUndefined();
    const first = await invite(grantId);
    const link = await invite(grantId);
    expect(await guestOf(grantId)).toBe("open");
    expect(await services.readInvitation(test.deps, tokenOf(first))).toEqual({ state: "unknown" });
    const shown = await services.readInvitation(test.deps, tokenOf(link));
    expect(shown).toMatchObject({ state: "open", email, server: { path: expect.stringMatching(/^\/s\/.+\/pets$/) } });
    expect(shown).not.toHaveProperty("role");
    expect(await services.listInvitations({ ctx: test.ctx })).toEqual([]);

    await services.joinByInvitation(test.deps, { token: tokenOf(link), ...asNew });
    const { id: userId, emailVerified } = await test.deps.db.user.findUniqueOrThrow({ where: { email } });
    expect(emailVerified).toBe(false);
    expect(await guestOf(grantId)).toBe("accepted");
    expect((await services.listMembers({ ctx: test.ctx })).map((one) => one.email)).not.toContain(email);
    expect(await accessOf(userId)).toMatchObject({ why: "person" });
    expect(await services.listGuestServers(test.deps, userId)).toMatchObject([
      { path: expect.stringContaining("/pets") },
    ]);
    const known = { userId, organizationId: test.ctx.organizationId };
    expect(await services.readPersonFacts(test.deps, known)).toMatchObject({ email });

    await services.removeAccess({ ctx: test.ctx, input: { serverId, id: grantId } });
    expect(await accessOf(userId)).toBeNull();
    expect(await services.listGuestServers(test.deps, userId)).toEqual([]);
    expect(await services.readPersonFacts(test.deps, known)).not.toHaveProperty("email");
    await set({ visibility: "organization" });
  });

  it("who has an account accepts with it; nobody is invited who is named as a team or a member, nor by a stranger", async () => {
    const guest = await person({ isVerified: false });
    const { id: grantId } = await grant({ email: guest.email });
    const link = await invite(grantId);
    expect(await accessOf(guest.id)).toBeNull();
    expect(await services.acceptInvitation(test.deps, { token: tokenOf(link), userId: guest.id })).toMatchObject({
      isGuest: true,
    });
    expect(await accessOf(guest.id)).toMatchObject({ why: "person" });
    const member = await person({ isMember: true });
    await expect(invite((await grant({ memberId: member.memberId })).id)).rejects.toMatchObject({
      code: "precondition_failed",
    });
    const asStranger = { ctx: test.stranger, input: { serverId, grantId } };
    await expect(services.inviteGuest(asStranger)).rejects.toMatchObject({ code: "not_found" });
    const asMember = { ctx: test.as(test.ctx, "member"), input: { serverId, grantId } };
    await expect(services.inviteGuest(asMember)).rejects.toMatchObject({ code: "forbidden" });
  });
});
