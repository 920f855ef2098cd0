import { hash } from "node:crypto";
import { newId } from "@portico/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx, Role } from "../context.ts";
import {
  acceptInvitation,
  changeRole,
  createInvitation,
  joinByInvitation,
  leaveOrganization,
  listInvitations,
  listMembers,
  readInvitation,
  removeMember,
  resendInvitation,
  revokeInvitation,
} from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

let test: TestServices;
let ctx: Ctx;
let stranger: Ctx;
let count = 0;
beforeAll(async () => {
  test = await createTestServices();
});
beforeEach(async () => {
  ({ ctx, stranger } = await test.renew());
});
afterAll(() => test.close());

const tokenOf = ({ url }: { url: string }) => url.split("#")[1] ?? "";
const address = () => `person-${++count}@example.com`;
const invite = (role: Role = "builder", email = address(), by = ctx) =>
  createInvitation({ ctx: by, input: { email, role } });
const person = { name: "Grace Hopper", password: "nanoseconds matter" };

/** Somebody who joined by an invitation, and what they act as. */
async function join(role: Role): Promise<{ ctx: Ctx; memberId: string; userId: string; email: string }> {
  const email = address();
  const link = await invite(role, email);
  await joinByInvitation(test.deps, { token: tokenOf(link), ...person });
  const member = (await listMembers({ ctx })).find((one) => one.email === email);
  if (!member) throw new Error("They did not join.");
  const { userId, id: memberId } = member;
  return { ctx: { ...ctx, actor: { type: "user", id: userId, role } }, memberId, userId, email };
}

describe("an invitation", () => {
  it("makes an account and a membership with its role, and ends with that", async () => {
    const email = address();
    const link = await invite("builder", email.toUpperCase());
    expect(link).toMatchObject({ mailed: "off", url: expect.stringMatching(/\/invite#[\w-]{43}$/) });
    expect(await readInvitation(test.deps, tokenOf(link))).toMatchObject({
      state: "open",
      email,
      role: "builder",
      hasAccount: false,
      invitedBy: "Test Person",
    });
    await joinByInvitation(test.deps, { token: tokenOf(link), ...person });
    expect((await listMembers({ ctx })).map(({ email, role }) => [email, role])).toContainEqual([email, "builder"]);
    expect(await readInvitation(test.deps, tokenOf(link))).toEqual({ state: "accepted" });
    expect(await listInvitations({ ctx })).toEqual([]);
  });

  it("is stored as a hash: nothing of a copied database opens it", async () => {
    const token = tokenOf(await invite());
    const rows = JSON.stringify(await test.deps.db.invitation.findMany());
    expect(rows).not.toContain(token);
    expect(rows).toContain(hash("sha256", token, "base64url"));
    expect(await readInvitation(test.deps, hash("sha256", token, "base64url"))).toEqual({ state: "unknown" });
    const audited = JSON.stringify(await test.deps.db.auditEvent.findMany());
    expect(audited).not.toContain(token);
  });

  it("XT-11: of 20 who accept at once exactly one does, with the role of the invitation", async () => {
    const link = await invite("member");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => joinByInvitation(test.deps, { token: tokenOf(link), ...person })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await listMembers({ ctx })).map(({ role }) => role).sort()).toEqual(["member", "owner"]);
  });

  it("XT-11: is for its address alone, and says so", async () => {
    const email = address();
    const userId = newId("user");
    await test.deps.db.user.create({ data: { id: userId, name: "Edsger", email } });
    const link = await invite("admin", email);
    const input = { token: tokenOf(link), userId: stranger.actor.type === "user" ? stranger.actor.id : "" };
    await expect(acceptInvitation(test.deps, input)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining(email),
    });
    expect(await readInvitation(test.deps, input.token)).toMatchObject({ state: "open", hasAccount: true });
    await acceptInvitation(test.deps, { ...input, userId });
    expect((await listMembers({ ctx })).find((member) => member.userId === userId)?.role).toBe("admin");
    await expect(acceptInvitation(test.deps, { ...input, userId })).rejects.toThrow(/accepted already/);
  });

  it.each([
    ["revoked", (id: string): Promise<unknown> => revokeInvitation({ ctx, input: { id } }), /was revoked/],
    [
      "expired",
      (id: string): Promise<unknown> =>
        test.deps.db.invitation.update({ where: { id }, data: { expiresAt: new Date(0) } }),
      /has expired/,
    ],
    ["unknown", (id: string): Promise<unknown> => resendInvitation({ ctx, input: { id } }), /newer one has replaced/],
  ] as const)("that is %s lets nobody in", async (state, end, why) => {
    const link = await invite();
    await end(link.id);
    expect(await readInvitation(test.deps, tokenOf(link))).toEqual({ state });
    await expect(joinByInvitation(test.deps, { token: tokenOf(link), ...person })).rejects.toThrow(why);
  });

  it("is sent again with a new link and another 7 days", async () => {
    const first = await invite();
    await test.deps.db.invitation.update({ where: { id: first.id }, data: { expiresAt: new Date(0) } });
    expect((await listInvitations({ ctx }))[0]).toMatchObject({ isExpired: true, invitedBy: "Test Person" });
    const second = await resendInvitation({ ctx, input: { id: first.id } });
    expect(await readInvitation(test.deps, tokenOf(second))).toMatchObject({ state: "open" });
    expect((await listInvitations({ ctx }))[0]).toMatchObject({ isExpired: false });
  });

  it("XT-11: gives nobody more than the inviter has", async () => {
    const admin = await join("admin");
    await expect(invite("owner", address(), admin.ctx)).rejects.toMatchObject({ code: "forbidden" });
    await expect(invite("admin", address(), admin.ctx)).resolves.toBeDefined();
    const builder = await join("builder");
    await expect(invite("member", address(), builder.ctx)).rejects.toMatchObject({ code: "forbidden" });
    const owned = await invite("owner");
    await expect(resendInvitation({ ctx: admin.ctx, input: { id: owned.id } })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it.each([
    ["a second recipient", "a@example.com,b@example.com", "builder", /email/],
    ["another header", "a@example.com\r\nBcc: b@example.com", "builder", /email/],
    ["markup", "<b>a@example.com</b>", "builder", /email/],
    ["a role that there is not", "a@example.com", "superuser", /role/],
  ])("WB-14: refuses %s", async (_what, email, role, field) => {
    await expect(createInvitation({ ctx, input: { email, role: role as Role } })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(field),
    });
  });

  it("is refused for who belongs already, and for who has one", async () => {
    const email = address();
    const link = await invite("member", email);
    await expect(invite("member", email)).rejects.toThrow(/open invitation already/);
    await joinByInvitation(test.deps, { token: tokenOf(link), ...person });
    await expect(invite("member", email)).rejects.toThrow(/already belongs/);
  });

  it("is another organization's secret", async () => {
    const link = await invite();
    expect(await listInvitations({ ctx: stranger })).toEqual([]);
    for (const verb of [resendInvitation, revokeInvitation])
      await expect(verb({ ctx: stranger, input: { id: link.id } })).rejects.toMatchObject({ code: "not_found" });
    for (const role of ["builder", "member"] as const)
      await expect(listInvitations({ ctx: test.as(ctx, role) })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a member", () => {
  it("gets another role, of at most the giver's own", async () => {
    const [admin, builder] = [await join("admin"), await join("builder")];
    await changeRole({ ctx: admin.ctx, input: { id: builder.memberId, role: "admin" } });
    await expect(changeRole({ ctx: admin.ctx, input: { id: builder.memberId, role: "owner" } })).rejects.toMatchObject({
      code: "forbidden",
    });
    const owner = (await listMembers({ ctx })).find(({ role }) => role === "owner")?.id ?? "";
    await expect(changeRole({ ctx: admin.ctx, input: { id: owner, role: "member" } })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(removeMember({ ctx: admin.ctx, input: { id: owner } })).rejects.toMatchObject({ code: "forbidden" });
    await expect(changeRole({ ctx: stranger, input: { id: builder.memberId, role: "member" } })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(removeMember({ ctx: stranger, input: { id: builder.memberId } })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("who is the last owner cannot leave, be removed or be demoted", async () => {
    const owner = (await listMembers({ ctx }))[0]?.id ?? "";
    const refused = { code: "precondition_failed", message: expect.stringContaining("only owner") };
    await expect(removeMember({ ctx, input: { id: owner } })).rejects.toMatchObject(refused);
    await expect(leaveOrganization({ ctx })).rejects.toMatchObject(refused);
    await expect(changeRole({ ctx, input: { id: owner, role: "admin" } })).rejects.toMatchObject(refused);
  });

  it("and another owner cannot both remove each other", async () => {
    const second = await join("owner");
    const first = (await listMembers({ ctx })).find(({ userId }) => userId !== second.userId)?.id ?? "";
    const outcomes = await Promise.allSettled([
      removeMember({ ctx, input: { id: second.memberId } }),
      removeMember({ ctx: second.ctx, input: { id: first } }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { organizationId } = ctx;
    expect(await test.deps.db.member.count({ where: { organizationId, role: "owner" } })).toBe(1);
  });

  it("who is removed loses invitations, the chosen organization and a role that was read before", async () => {
    const admin = await join("admin");
    const { id } = await invite("member", address(), admin.ctx);
    await test.deps.db.authSession.create({
      data: {
        id: newId("authSession"),
        userId: admin.userId,
        token: admin.userId,
        expiresAt: new Date(Date.now() + 60_000),
        activeOrganizationId: ctx.organizationId,
      },
    });
    const told = new Promise((resolve) => void ctx.state.subscribe("access-changed", resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await removeMember({ ctx, input: { id: admin.memberId } });
    expect(await told).toBe(admin.userId);
    expect((await test.deps.db.invitation.findUnique({ where: { id } }))?.status).toBe("revoked");
    expect((await test.deps.db.authSession.findFirst({ where: { userId: admin.userId } }))?.activeOrganizationId).toBe(
      null,
    );
    await expect(invite("member", address(), admin.ctx)).rejects.toMatchObject({ code: "forbidden" });
    expect(await test.deps.db.user.count({ where: { id: admin.userId } })).toBe(1);
    const deeds = await test.deps.db.auditEvent.findMany({ where: { organizationId: ctx.organizationId } });
    expect(deeds.map(({ action }) => action)).toContain("member.remove");
  });

  it("may leave, whatever the role", async () => {
    const builder = await join("member");
    await leaveOrganization({ ctx: builder.ctx });
    expect(await listMembers({ ctx })).toHaveLength(1);
  });
});
