import { createFakeProvider, type FakeProvider, type Lie } from "@portico/auth/testing";
import { newId } from "@portico/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

const ISSUER = "https://login.harbor.example";
const CLIENT = { clientId: "portico", clientSecret: "canary-sso-secret" };
const noRecords = { resolveTxt: async () => [], isTrusted: false };

describe("single sign-on", () => {
  let test: TestServices;
  let idp: FakeProvider;
  let ctx: services.Ctx;
  let domain: string;
  let made = 0;
  beforeAll(async () => {
    test = await createTestServices();
    idp = await createFakeProvider({ issuer: ISSUER, ...CLIENT });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    ({ ctx } = await test.renew());
    domain = `harbor-${++made}.example`;
  });

  const input = (more: object = {}) => ({ issuer: ISSUER, ...CLIENT, domains: [domain], ...more });
  const set = (more: object = {}, by = ctx) => services.setSso({ ctx: by, input: input(more) }, idp.fetch);
  /** The domain's own DNS, as far as it says anything. */
  const dns = async (by = ctx) => {
    const records = new Map(
      (await services.getSso({ ctx: by }))?.domains.map(({ record }) => [record.name, record.value]),
    );
    return { resolveTxt: async (name: string) => [[records.get(name) ?? ""]], isTrusted: false };
  };
  const prove = async (by = ctx) => services.proveSsoDomains({ ctx: by }, await dns(by));
  async function ready(more: object = {}) {
    await set(more);
    await prove();
  }
  const begin = (who: { email: string } | { ctx: services.Ctx } = { email: `x@${domain}` }, userId?: string) =>
    services.beginSso(test.deps, { ...who, next: "/connect/abc", userId }, idp.fetch);
  const end = (answer: URL, browser: string | undefined, userId?: string) =>
    services.endSso(test.deps, { answer, browser, userId }, idp.fetch);
  async function signIn(claims: Record<string, unknown>, lie?: Lie) {
    const { url, browser } = await begin();
    return end(await idp.signIn(url, claims, lie), browser);
  }
  /** The same with somebody signed in here when it begins, and when it ends. */
  async function signInAs(before: string | undefined, after: string | undefined, claims: Record<string, unknown>) {
    const { url, browser } = await begin(undefined, before);
    return end(await idp.signIn(url, claims), browser, after);
  }
  const ada = () => ({ sub: `ada-${domain}`, email: `Ada@${domain}`, name: "Ada", email_verified: true });
  const membership = (userId: string) =>
    test.deps.db.member.findFirst({ where: { userId, organizationId: ctx.organizationId } });
  const userOf = ({ actor }: services.Ctx) => (actor.type === "user" ? actor.id : "");
  const person = async (email: string, more: object = {}) => {
    const id = newId("user");
    await test.deps.db.user.create({ data: { id, name: "Somebody", email, emailVerified: true, ...more } });
    return id;
  };

  it("takes somebody new in once, as what the organization says, and knows them again whatever their address becomes", async () => {
    await ready({ role: "builder" });
    const first = await signIn(ada());
    expect(first).toMatchObject({ organizationId: ctx.organizationId, next: "/connect/abc" });
    expect(await membership(first.userId)).toMatchObject({ role: "builder" });
    const user = await test.deps.db.user.findUniqueOrThrow({ where: { id: first.userId } });
    expect(user).toMatchObject({ name: "Ada", email: `ada@${domain}`, emailVerified: true });
    const again = await signIn({ ...ada(), email: `ada.lovelace@${domain}` });
    expect(again.userId).toBe(first.userId);
  });
  it("links who is there already, and takes nobody new where it is not to", async () => {
    await ready({ joinsNew: false });
    // Whoever is refused goes on, the next time, where they were going.
    await expect(signIn(ada())).rejects.toMatchObject({ details: { reason: "member", next: "/connect/abc" } });
    expect(await test.deps.db.user.count({ where: { email: `ada@${domain}` } })).toBe(0);
    const userId = await person(`ada@${domain}`);
    await expect(signIn(ada())).rejects.toMatchObject({ details: { reason: "member" } });
    const { organizationId } = ctx;
    await test.deps.db.member.create({ data: { id: newId("member"), organizationId, userId, role: "admin" } });
    expect((await signIn(ada())).userId).toBe(userId);
    expect(await membership(userId)).toMatchObject({ role: "admin" });
  });
  it("SE-14: takes an account that somebody else had made for the address, and no way in of theirs stays", async () => {
    await ready();
    const userId = await person(`ada@${domain}`, { emailVerified: false });
    const account = { id: newId("account"), userId, accountId: userId, providerId: "credential", password: "x" };
    await test.deps.db.account.create({ data: account });
    const session = {
      id: newId("authSession"),
      userId,
      token: `t-${userId}`,
      expiresAt: new Date(Date.now() + 60_000),
    };
    await test.deps.db.authSession.create({ data: session });
    expect((await signIn(ada())).userId).toBe(userId);
    expect(await test.deps.db.account.count({ where: { userId, providerId: "credential" } })).toBe(0);
    expect(await test.deps.db.authSession.count({ where: { userId } })).toBe(0);
  });

  const sessionOf = (userId: string) =>
    test.deps.db.authSession.create({
      data: {
        ...{ id: newId("authSession"), userId, token: newId("authSession") },
        expiresAt: new Date(Date.now() + 60_000),
      },
    });
  const sessionsOf = (userId: string) => test.deps.db.authSession.count({ where: { userId } });
  const owned = { details: { reason: "owner" } };

  it("SE-14: an admin with a provider of their own does not become the owner", async () => {
    const owner = userOf(ctx);
    const claims = { ...ada(), email: `owner@${domain}` };
    await test.deps.db.user.update({ where: { id: owner }, data: { email: claims.email } });
    await ready();
    const honest = idp;
    idp = await createFakeProvider({ issuer: "https://evil.example", ...CLIENT });
    try {
      await set({ issuer: "https://evil.example" }, test.as(ctx, "admin"));
      await expect(signIn(claims)).rejects.toMatchObject(owned);
    } finally {
      idp = honest;
    }
    expect(await test.deps.db.account.count({ where: { userId: owner, providerId: { startsWith: "sso:" } } })).toBe(0);
  });
  it("SE-14: the account of an owner, here or elsewhere, is connected by its owner alone, and keeps its ways in", async () => {
    await ready();
    const elsewhere = await person(`ada@${domain}`);
    const here = ctx;
    const { ctx: other } = await test.renew();
    const { organizationId } = other;
    await test.deps.db.member.create({
      data: { id: newId("member"), organizationId, userId: elsewhere, role: "owner" },
    });
    for (const unverified of [false, true]) {
      await test.deps.db.user.update({ where: { id: elsewhere }, data: { emailVerified: !unverified } });
      await sessionOf(elsewhere);
      await expect(signIn(ada())).rejects.toMatchObject(owned);
      await expect(signInAs(elsewhere, undefined, ada())).rejects.toMatchObject(owned);
      await expect(signInAs(undefined, elsewhere, ada())).rejects.toMatchObject(owned);
      await expect(signInAs(userOf(here), userOf(here), ada())).rejects.toMatchObject(owned);
      expect(await sessionsOf(elsewhere)).toBeGreaterThan(0);
    }
    await test.deps.db.user.update({ where: { id: elsewhere }, data: { emailVerified: true } });
    expect(await test.deps.db.member.count({ where: { userId: elsewhere, organizationId: here.organizationId } })).toBe(
      0,
    );
    // Nobody else can make them come in by it either; once they have connected the two, it is their way in.
    await test.deps.db.ssoProvider.updateMany({
      where: { organizationId: here.organizationId },
      data: { isRequired: true },
    });
    expect(await services.mustUseSso(test.deps, elsewhere)).toBe(false);
    expect((await signInAs(elsewhere, elsewhere, ada())).userId).toBe(elsewhere);
    expect(await services.mustUseSso(test.deps, elsewhere)).toBe(true);
    expect((await signIn(ada())).userId).toBe(elsewhere);
  });
  it("SE-14: knows nobody by what another issuer calls them", async () => {
    await ready();
    const first = await signIn(ada());
    const honest = idp;
    idp = await createFakeProvider({ issuer: "https://next.example", ...CLIENT });
    try {
      await set({ issuer: "https://next.example" });
      const somebodyElse = await signIn({ ...ada(), email: `bob@${domain}` });
      expect(somebodyElse.userId).not.toBe(first.userId);
      // The address is still theirs.
      expect((await signIn({ ...ada(), sub: "another" })).userId).toBe(first.userId);
    } finally {
      idp = honest;
    }
  });
  it("SE-14: requiring it ends no session of a domain before that is proved, and its sessions then", async () => {
    await ready();
    await signIn(ada());
    const late = `late-${domain}`;
    const bob = await person(`bob@${late}`);
    await sessionOf(bob);
    await set({ domains: [domain, late], isRequired: true, clientSecret: undefined });
    expect([await sessionsOf(bob), await services.mustUseSso(test.deps, bob)]).toEqual([1, false]);
    await prove();
    expect([await sessionsOf(bob), await services.mustUseSso(test.deps, bob)]).toEqual([0, true]);
  });

  describe("OA-34, OA-35: an answer", () => {
    beforeEach(() => ready());
    it.each<[string, Lie]>([
      ["for another client", { token: { aud: "other" } }],
      ["of another issuer", { token: { iss: "https://evil.example" } }],
      ["that names another issuer in the address", { answer: { iss: "https://evil.example" } }],
      ["to another question", { token: { nonce: "other" } }],
      ["without a nonce", { token: { nonce: undefined } }],
      ["that has expired", { token: { exp: Math.floor(Date.now() / 1_000) - 3_600 } }],
      ["signed by somebody else", { hasForeignKey: true }],
      ["without a code", { answer: { code: null } }],
      ["that is a refusal", { answer: { code: null, error: "access_denied" } }],
    ])("%s is refused", async (_what, lie) => {
      await expect(signIn(ada(), lie)).rejects.toMatchObject({ details: { reason: "provider" } });
      expect(await test.deps.db.user.count({ where: { email: `ada@${domain}` } })).toBe(0);
    });
    it.each<[string, object, string]>([
      ["without an address", { email: undefined }, "address"],
      ["with an address that is none", { email: "ada" }, "address"],
      ["whose address is not verified", { email_verified: false }, "unverified"],
      ["whose address is said not to be verified, in a text", { email_verified: "false" }, "unverified"],
      ["of another domain", { email: "ada@elsewhere.example" }, "domain"],
    ])("%s is refused", async (_what, more, reason) => {
      await expect(signIn({ ...ada(), ...more })).rejects.toMatchObject({ details: { reason } });
    });
    it("counts once, in the browser that asked, and not for a state that is made up, twice there or missing", async () => {
      const { url, browser } = await begin();
      const answer = await idp.signIn(url, ada());
      const other = await begin();
      const stale = { details: { reason: "stale" } };
      await expect(end(answer, other.browser)).rejects.toMatchObject(stale);
      await expect(end(answer, undefined)).rejects.toMatchObject(stale);
      const twice = new URL(answer);
      twice.searchParams.append("state", "x");
      await expect(end(twice, browser)).rejects.toMatchObject(stale);
      const madeUp = new URL(answer);
      madeUp.searchParams.set("state", "x");
      await expect(end(madeUp, browser)).rejects.toMatchObject(stale);
      const both = await Promise.allSettled([end(answer, browser), end(answer, browser)]);
      expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      await expect(end(answer, browser)).rejects.toMatchObject(stale);
    });
    it("does not count once the provider was changed", async () => {
      const { url, browser } = await begin();
      const answer = await idp.signIn(url, ada());
      await set({ clientId: "another" }).catch(() => undefined);
      await services.removeSso({ ctx });
      await expect(end(answer, browser)).rejects.toMatchObject({ details: { reason: "stale" } });
    });
  });

  it("counts a domain only once its DNS says so, and for one organization", async () => {
    await set();
    expect(await services.proveSsoDomains({ ctx }, noRecords)).toEqual({ missing: [domain] });
    expect(await services.findSso(test.deps, `x@${domain}`)).toBeNull();
    await expect(begin()).rejects.toMatchObject({ code: "not_found" });
    const { url, browser } = await begin({ ctx });
    await expect(end(await idp.signIn(url, ada()), browser)).rejects.toMatchObject({ details: { reason: "domain" } });
    // A believed owner is believed only while the installation is theirs alone.
    expect(await services.proveSsoDomains({ ctx }, { ...noRecords, isTrusted: true })).toEqual({ missing: [domain] });
    expect(await prove()).toEqual({ missing: [] });
    expect(await services.findSso(test.deps, `x@${domain.toUpperCase()}`)).toMatchObject({ isRequired: false });
    expect(await services.findSso(test.deps, `x@sub.${domain}`)).toBeNull();

    const { stranger } = await test.renew();
    await set({}, stranger);
    await expect(prove(stranger)).rejects.toMatchObject({ code: "conflict" });
  });
  it("believes a domain without its DNS only until there is another organization", async () => {
    const alone = await createTestServices();
    try {
      const own = alone.ctx;
      const owner = userOf(own);
      await alone.deps.db.installation.create({ data: { ownerUserId: owner } });
      await alone.deps.db.organization.deleteMany({ where: { id: { not: own.organizationId } } });
      await services.setSso({ ctx: own, input: input({ domains: ["trusted.example", "dns.example"] }) }, idp.fetch);
      const [trusted] = await alone.deps.db.ssoDomain.findMany({ where: { domain: "dns.example" } });
      const onlyDns = {
        resolveTxt: async (name: string) => [
          [name === "_portico.dns.example" ? `portico-verify=${trusted?.token}` : ""],
        ],
        isTrusted: false,
      };
      expect(await services.proveSsoDomains({ ctx: own }, onlyDns)).toEqual({ missing: ["trusted.example"] });
      const believing = { ...noRecords, isTrusted: true };
      expect(await services.proveSsoDomains({ ctx: own }, believing)).toEqual({ missing: [] });
      expect(await services.findSso(alone.deps, "x@trusted.example")).not.toBeNull();
      await services.createOrganization(alone.deps, { userId: owner, name: "Second" });
      expect(await services.findSso(alone.deps, "x@trusted.example")).toBeNull();
      expect(await services.findSso(alone.deps, "x@dns.example")).not.toBeNull();
      expect(await services.proveSsoDomains({ ctx: own }, believing)).toEqual({ missing: ["trusted.example"] });
      const written = await alone.deps.db.auditEvent.findMany({ where: { action: "sso.unprove" } });
      expect(written).toMatchObject([{ organizationId: own.organizationId, actorType: "system" }]);
    } finally {
      await alone.close();
    }
  });
  it("is required only after it was used and a domain is proved, and then of everybody there but owners", async () => {
    await ready();
    await expect(set({ isRequired: true, clientSecret: undefined })).rejects.toMatchObject({ code: "invalid_input" });
    const { userId } = await signIn(ada());
    const outsider = await person(`bob@elsewhere-${made}.example`);
    const owner = userOf(ctx);
    await test.deps.db.user.update({ where: { id: owner }, data: { email: `owner@${domain}` } });
    for (const id of [userId, outsider, owner])
      await test.deps.db.authSession.create({
        data: { id: newId("authSession"), userId: id, token: `t-${id}`, expiresAt: new Date(Date.now() + 60_000) },
      });
    expect(await set({ isRequired: true, clientSecret: undefined })).toMatchObject({ isRequired: true });
    const must = await Promise.all([userId, outsider, owner].map((id) => services.mustUseSso(test.deps, id)));
    expect(must).toEqual([true, false, false]);
    const left = await test.deps.db.authSession.findMany({ where: { userId: { in: [userId, outsider, owner] } } });
    expect(left.map((session) => session.userId).sort()).toEqual([outsider, owner].sort());
    // Another client has to be used once before.
    await expect(set({ isRequired: true })).rejects.toMatchObject({ code: "invalid_input" });
  });
  it("is set by admins, with a provider that is there and calls itself what it was asked under; its secret goes nowhere else", async () => {
    for (const role of ["member", "builder"] as const) {
      await expect(set({}, test.as(ctx, role))).rejects.toMatchObject({ code: "forbidden" });
      await expect(begin({ ctx: test.as(ctx, role) })).rejects.toMatchObject({ code: "forbidden" });
    }
    for (const issuer of [
      "http://login.harbor.example",
      `${ISSUER}?x=y`,
      "ftp://x.example",
      "x",
      "https://a:b@x.example",
    ])
      await expect(set({ issuer })).rejects.toMatchObject({ code: "invalid_input" });
    for (const domains of [["localhost"], ["a b.example"], ["*.example.com"], ["example.com."], ["@example.com"]])
      await expect(set({ domains })).rejects.toMatchObject({ code: "invalid_input" });
    for (const says of [{ issuer: "https://other.example" }, { jwks_uri: undefined }, { token_endpoint: undefined }]) {
      const liar = await createFakeProvider({ issuer: ISSUER, ...CLIENT, says });
      const refused = services.setSso({ ctx, input: input() }, liar.fetch);
      await expect(refused).rejects.toMatchObject({ code: "invalid_input" });
    }
    const view = await set();
    expect(JSON.stringify(view)).not.toContain(CLIENT.clientSecret);
    await expect(set({ issuer: "https://evil.example", clientSecret: undefined })).rejects.toMatchObject({
      details: { issues: [{ field: "clientSecret", message: expect.anything() }] },
    });
    const row = await test.deps.db.ssoProvider.findUniqueOrThrow({ where: { organizationId: ctx.organizationId } });
    expect(JSON.stringify(row)).not.toContain(CLIENT.clientSecret);
    expect(JSON.stringify(await test.deps.db.auditEvent.findMany())).not.toContain(CLIENT.clientSecret);
  });
});
