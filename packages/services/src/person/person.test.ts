import { newId } from "@portico/db";
import { createMailer } from "@portico/mail";
import { startSmtp } from "@portico/mail/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import {
  acceptInvitation,
  changePassword,
  createInvitation,
  createResetLink,
  endOtherSessions,
  endSession,
  getAccount,
  joinByInvitation,
  listAuditEvents,
  listMembers,
  listSessions,
  mailSignInLink,
  proveAddress,
  readReset,
  requestAddressProof,
  requestReset,
  resetPassword,
} from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

let test: TestServices;
let smtp: Awaited<ReturnType<typeof startSmtp>>;
let ctx: Ctx;
let stranger: Ctx;
let count = 0;
const password = "nanoseconds matter";
beforeAll(async () => {
  [test, smtp] = await Promise.all([createTestServices(), startSmtp()]);
});
beforeEach(async () => {
  ({ ctx, stranger } = await test.renew());
});
afterAll(() => Promise.all([test.close(), smtp.stop()]));

const mailing = () => ({ mailer: createMailer({ url: smtp.url, from: "Portico <portico@example.com>" }) });
const tokenOf = (text: string) => /#([\w-]+)/.exec(text)?.[1] ?? "";

/** A member of the organization who signs in with a password, in two browsers. */
async function join(role: "admin" | "builder" | "owner" = "builder", to = ctx) {
  const email = `person-${++count}@example.com`;
  const link = await createInvitation({ ctx: to, input: { email, role } });
  await joinByInvitation(test.deps, { token: tokenOf(link.url), name: "Grace", password });
  const member = (await listMembers({ ctx: to })).find((one) => one.email === email);
  if (!member) throw new Error("They did not join.");
  const { userId, id: memberId } = member;
  const sessions = [newId("authSession"), newId("authSession")] as const;
  for (const [at, id] of sessions.entries())
    await test.deps.db.authSession.create({
      data: {
        id,
        userId,
        token: id,
        expiresAt: new Date(Date.now() + 60_000),
        ipAddress: `192.0.2.${at}`,
        userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
      },
    });
  const account = { ...test.deps, userId, sessionId: sessions[0] };
  return { email, userId, memberId, account, sessions, role };
}

describe("a person's sessions", () => {
  it("are told apart, this browser first, and end one by one or all others", async () => {
    const { account, sessions } = await join();
    expect(await listSessions(account)).toMatchObject([
      { id: sessions[0], device: "Chrome on Linux", ip: "192.0.2.0", isCurrent: true },
      { id: sessions[1], device: "Chrome on Linux", ip: "192.0.2.1", isCurrent: false },
    ]);
    const other = await join();
    await expect(endSession(account, other.sessions[0])).rejects.toMatchObject({ code: "not_found" });
    await endSession(account, sessions[1]);
    expect(await endOtherSessions(account)).toBe(0);
    expect(await listSessions(account)).toHaveLength(1);
    expect(await listSessions(other.account)).toHaveLength(2);
  });
});

describe("a password", () => {
  it("is changed by who knows the present one, and signs out every other browser", async () => {
    const { account } = await join();
    await expect(changePassword(account, { current: "wrong", password: "another password" })).rejects.toMatchObject({
      code: "invalid_input",
      details: { issues: [{ field: "current" }] },
    });
    await expect(changePassword(account, { current: password, password: "short" })).rejects.toThrow(/10 characters/);
    await changePassword(account, { current: password, password: "another password" });
    expect(await listSessions(account)).toMatchObject([{ isCurrent: true }]);
    await expect(changePassword(account, { current: password, password: "a third password" })).rejects.toThrow();
    expect((await listAuditEvents({ ctx, input: { kind: "person" } })).items[0]?.action).toBe("person.password");
  });

  it("is reset by a mailed link, once, and signs out every browser", async () => {
    const { email, account } = await join();
    const deps = { ...test.deps, ...mailing() };
    await requestReset(deps, email.toUpperCase());
    const token = tokenOf((await smtp.mailTo(email)).text);
    expect(await readReset(deps, token)).toEqual({ email });
    expect(JSON.stringify(await deps.db.verification.findMany())).not.toContain(token);
    await expect(resetPassword(deps, { token, password: "short" })).rejects.toThrow(/10 characters/);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => resetPassword(deps, { token, password: "another password" })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await listSessions(account)).toEqual([]);
    expect(await readReset(deps, token)).toBeNull();
    await changePassword(account, { current: "another password", password: "a third password" });
  });

  it("XT-11: joins an account that is its owner's by the mailed link alone, and goes to them when they show that it is", async () => {
    const deps = { ...test.deps, ...mailing() };
    const invited = async () => {
      const email = `person-${++count}@example.com`;
      const link = await createInvitation({ ctx: { ...ctx, ...mailing() }, input: { email, role: "member" } });
      return { email, handed: tokenOf(link.url), mailed: tokenOf((await smtp.mailTo(email)).text) };
    };
    const joinBy = async (token: string, email: string) => {
      await joinByInvitation(deps, { token, name: "Grace", password });
      return deps.db.user.findUniqueOrThrow({ where: { email } });
    };
    const proved = await invited();
    expect((await joinBy(proved.mailed, proved.email)).emailVerified).toBe(true);
    await expect(joinBy(proved.handed, proved.email)).rejects.toThrow(/accepted already/);

    // Somebody who only had the link in their hands, with a passkey, and a browser that is signed in.
    const { handed, email } = await invited();
    const { id: userId, emailVerified } = await joinBy(handed, email);
    expect(emailVerified).toBe(false);
    const passkey = {
      id: newId("passkey"),
      publicKey: "",
      credentialID: userId,
      counter: 0,
      deviceType: "",
      backedUp: false,
    };
    await deps.db.passkey.create({ data: { ...passkey, userId } });
    await requestReset(deps, email);
    await resetPassword(deps, { token: tokenOf((await smtp.mailTo(email)).text), password: "of its owner" });
    expect(await deps.db.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({ emailVerified: true });
    expect(await deps.db.passkey.count({ where: { userId } })).toBe(0);
    // An administrator's link shows nothing of the kind.
    const other = await invited();
    const { id } = await joinBy(other.handed, other.email);
    const memberId = (await listMembers({ ctx })).find((one) => one.userId === id)?.id ?? "";
    const reset = await createResetLink({ ctx, input: { id: memberId } });
    await resetPassword(deps, { token: tokenOf(reset.url), password: "another password" });
    expect(await deps.db.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ emailVerified: false });
  });

  it("WB-18: is reset for nobody who is not known, and no mail goes", async () => {
    const before = smtp.received.length;
    await requestReset({ ...test.deps, ...mailing() }, "nobody@example.com");
    expect(smtp.received).toHaveLength(before);
    await expect(resetPassword(test.deps, { token: "made-up", password: "another password" })).rejects.toThrow(
      /was used or has expired/,
    );
  });

  it("is reset by a link of an administrator, for who is not above them", async () => {
    const { email, memberId } = await join("owner");
    const link = await createResetLink({ ctx, input: { id: memberId } });
    expect(link.mailed).toBe("off");
    expect(await readReset(test.deps, tokenOf(link.url))).toEqual({ email });
    await expect(createResetLink({ ctx: test.as(ctx, "builder"), input: { id: memberId } })).rejects.toMatchObject({
      code: "forbidden",
    });
    const admin = await join("admin");
    const asAdmin: Ctx = { ...ctx, actor: { type: "user", id: admin.userId, role: "admin" } };
    await expect(createResetLink({ ctx: asAdmin, input: { id: memberId } })).rejects.toThrow(/An owner can/);
    await expect(createResetLink({ ctx: stranger, input: { id: memberId } })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("XT: of who belongs to two organizations is reset by neither's administrators", async () => {
    const { email, memberId, userId } = await join();
    const link = await createInvitation({ ctx: stranger, input: { email, role: "member" } });
    await acceptInvitation(test.deps, { token: tokenOf(link.url), userId });
    await expect(createResetLink({ ctx, input: { id: memberId } })).rejects.toThrow(/another organization too/);
  });
});

describe("a mail", () => {
  it("invites, and says when it could not be sent", async () => {
    const email = `person-${++count}@example.com`;
    const link = await createInvitation({ ctx: { ...ctx, ...mailing() }, input: { email, role: "builder" } });
    expect(link.mailed).toBe("sent");
    const mail = await smtp.mailTo(email);
    // Who is handed the link has not shown that the address is theirs: the mail has another one.
    expect(mail.text).toMatch(/\/invite#[\w-]{43}/);
    expect(mail.text).not.toContain(link.url);
    expect(mail.header("subject")).toMatch(/^Test Person invites you to Test /);
    const gone = await startSmtp({ refuse: true });
    const mailer = createMailer({ url: gone.url, from: "portico@example.com" });
    const input = { email: `person-${++count}@example.com`, role: "builder" as const };
    expect((await createInvitation({ ctx: { ...ctx, mailer }, input })).mailed).toBe("failed");
    await gone.stop();
  });

  it("with a sign-in link goes to who is known, and holds none for who has a second factor", async () => {
    const deps = { ...test.deps, ...mailing() };
    const { email, userId } = await join();
    await mailSignInLink(deps, { email, token: "one-time-token" });
    expect((await smtp.mailTo(email)).text).toContain("/sign-in/link#one-time-token");
    await mailSignInLink(deps, { email, token: "one-time-token", next: "/connect/a?b=c" });
    expect((await smtp.mailTo(email)).text).toContain("/sign-in/link?next=%2Fconnect%2Fa%3Fb%3Dc#one-time-token");
    await deps.db.user.update({ where: { id: userId }, data: { twoFactorEnabled: true } });
    await mailSignInLink(deps, { email, token: "another-token", next: "/connect/abc" });
    const { text } = await smtp.mailTo(email);
    expect(text).not.toContain("another-token");
    expect(text).toContain("/sign-in?next=%2Fconnect%2Fabc");
    const before = smtp.received.length;
    await mailSignInLink(deps, { email: "nobody@example.com", token: "token" });
    expect(smtp.received).toHaveLength(before);
  });

  it("goes to nobody who has to use their organization's own sign-in", async () => {
    const deps = { ...test.deps, ...mailing() };
    const { email, userId } = await join();
    const [providerId, { organizationId }] = [newId("ssoProvider"), ctx];
    const client = { issuer: "https://login.example.com", clientId: "portico", sealed: "" };
    await deps.db.ssoProvider.create({ data: { id: providerId, organizationId, ...client, isRequired: true } });
    const domain = { id: newId("ssoDomain"), organizationId, providerId, token: "", provedAt: new Date() };
    await deps.db.ssoDomain.create({ data: { ...domain, domain: "required.example" } });
    await deps.db.user.update({
      where: { id: userId },
      data: { email: email.replace("example.com", "required.example") },
    });
    const before = smtp.received.length;
    await mailSignInLink(deps, { email: email.replace("example.com", "required.example"), token: "one-time-token" });
    expect(smtp.received).toHaveLength(before);
    // It follows from nothing but that it is required.
    await deps.db.ssoProvider.update({ where: { id: providerId }, data: { isRequired: false } });
    await mailSignInLink(deps, { email: email.replace("example.com", "required.example"), token: "one-time-token" });
    expect(smtp.received).toHaveLength(before + 1);
  });
});

describe("an address that nobody has shown to be theirs", () => {
  const accountOf = (userId: string) => ({ ...test.deps, ...mailing(), userId });
  const isProved = async (userId: string) => (await getAccount(accountOf(userId))).hasProvedAddress;
  async function mailedTo(email: string): Promise<string> {
    return tokenOf((await smtp.mailTo(email)).text);
  }

  it("is shown by a mailed link, once, and only by the account that asked", async () => {
    const [{ userId, email }, other] = [await join(), await join()];
    expect(await isProved(userId)).toBe(false);
    await requestAddressProof(accountOf(userId));
    const token = await mailedTo(email);
    expect(await test.deps.db.verification.count({ where: { identifier: { contains: token } } })).toBe(0);
    await requestAddressProof(accountOf(other.userId));
    // Neither another account's link, nor a made-up one, nor one of another kind.
    for (const wrong of [await mailedTo(other.email), "made-up", ""])
      await expect(proveAddress(accountOf(userId), wrong)).rejects.toMatchObject({ code: "precondition_failed" });
    await expect(proveAddress(accountOf(other.userId), token)).rejects.toMatchObject({ code: "precondition_failed" });
    await expect(resetPassword(test.deps, { token, password: "another password" })).rejects.toThrow(/was used/);
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => proveAddress(accountOf(userId), token)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect([await isProved(userId), await isProved(other.userId)]).toEqual([true, false]);
    await expect(requestAddressProof(accountOf(userId))).rejects.toMatchObject({ code: "precondition_failed" });
    const { items } = await listAuditEvents({ ctx, input: {} });
    expect(items.filter(({ action }) => action === "person.address")).toHaveLength(1);
  });

  it("is shown by no link that has expired, or that went to another address", async () => {
    const { userId, email } = await join();
    await requestAddressProof(accountOf(userId));
    const token = await mailedTo(email);
    const where = { value: userId, identifier: { startsWith: "address:" } };
    await test.deps.db.verification.updateMany({ where, data: { expiresAt: new Date(Date.now() - 1) } });
    await expect(proveAddress(accountOf(userId), token)).rejects.toMatchObject({ code: "precondition_failed" });
    await test.deps.db.verification.updateMany({ where, data: { expiresAt: new Date(Date.now() + 60_000) } });
    await test.deps.db.user.update({ where: { id: userId }, data: { email: `new-${email}` } });
    await expect(proveAddress(accountOf(userId), token)).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await isProved(userId)).toBe(false);
  });

  it("gets a few mails an hour, none where none go, and word when the server takes none", async () => {
    const { userId, email } = await join();
    await expect(requestAddressProof({ ...test.deps, userId })).rejects.toThrow(/no SMTP server is configured/);
    for (let mails = 0; mails < 5; mails++) await requestAddressProof(accountOf(userId));
    await expect(requestAddressProof(accountOf(userId))).rejects.toMatchObject({ code: "limit_exceeded" });
    expect(smtp.received.filter(({ to }) => to.includes(email))).toHaveLength(5);
    const refusing = await startSmtp({ refuse: true });
    const mailer = createMailer({ url: refusing.url, from: "Portico <portico@example.com>" });
    const other = await join();
    await expect(requestAddressProof({ ...accountOf(other.userId), mailer })).rejects.toThrow(/not taken/);
    await refusing.stop();
  });
});
