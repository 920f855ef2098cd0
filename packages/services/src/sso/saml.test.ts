import { createFakeSamlProvider, type FakeSamlProvider, type SamlLie, type SamlPerson } from "@portico/auth/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";

describe("single sign-on by SAML", () => {
  let test: TestServices;
  let ctx: services.Ctx;
  let domain: string;
  let idp: FakeSamlProvider;
  let made = 0;
  beforeAll(async () => {
    test = await createTestServices();
    idp = await createFakeSamlProvider({ entityId: "https://login.harbor.example" });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    ({ ctx } = await test.renew());
    domain = `harbor-${++made}.example`;
  });

  /** Where metadata stands. */
  const fetchMetadata = async (url: string) =>
    url === "https://login.harbor.example/metadata" ? new Response(idp.metadata) : new Response("", { status: 404 });
  const set = (more: object = {}, by = ctx) =>
    services.setSso(
      { ctx: by, input: { kind: "saml", metadata: idp.metadata, domains: [domain], ...more } },
      fetchMetadata,
    );
  async function ready(more: object = {}, by = ctx) {
    await set(more, by);
    const records = new Map(
      (await services.getSso({ ctx: by }))?.domains.map(({ record }) => [record.name, record.value]),
    );
    const resolveTxt = async (name: string) => [[records.get(name) ?? ""]];
    await services.proveSsoDomains({ ctx: by }, { resolveTxt, isTrusted: false });
  }
  const begin = () => services.beginSso(test.deps, { email: `x@${domain}`, next: "/connect/abc" }, fetchMetadata);
  const post = (posted: { SAMLResponse: string; RelayState: string }) =>
    services.keepPostedAnswer(test.deps, { response: posted.SAMLResponse, state: posted.RelayState });
  const comeBack = (query: string | null) => new URL(`https://portico.example.com/sso/callback?${query}`);
  const end = (query: string | null, browser: string | undefined) =>
    services.endSso(test.deps, { answer: comeBack(query), browser }, fetchMetadata);
  const ada = (): SamlPerson => ({ nameId: `ada@${domain}`, attributes: { displayName: "Ada" } });
  async function signIn(person = ada(), lie: SamlLie = {}, by = idp) {
    const { url, browser } = await begin();
    return end(await post(by.signIn(url, person, lie)), browser);
  }
  const stale = { details: { reason: "stale" } };

  it("is set by metadata or by its address, and shows what it goes by", async () => {
    const view = await set({ metadata: "https://login.harbor.example/metadata" });
    const own = `https://portico.example.com/sso/saml/${ctx.organizationId}`;
    expect(view).toMatchObject({
      ...{ kind: "saml", issuer: idp.entityId, entryPoint: `${idp.entityId}/sso`, clientId: "" },
      ...{ certificates: [{ validTo: expect.any(Date) }], usedAt: null },
      saml: { entityId: own, callbackUrl: "https://portico.example.com/sso/saml", metadataUrl: own },
    });
    // What is left out stays.
    expect(await set({ metadata: undefined, joinsNew: false })).toMatchObject({
      issuer: idp.entityId,
      joinsNew: false,
    });
  });
  it.each<[string, object, RegExp]>([
    ["no metadata", { metadata: undefined }, /metadata: give the provider's metadata/],
    ["metadata of nothing", { metadata: "<x/>" }, /metadata: .*no identity provider/],
    ["an address of nothing", { metadata: "https://login.harbor.example/else" }, /metadata: .*answers 404/],
    ["being required before it was used", { isRequired: true }, /isRequired: sign in with it once/],
  ])("is refused with %s", async (_what, more, message) => {
    await expect(set(more)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });
  it("takes somebody new in once, and knows them again whatever their address becomes", async () => {
    await ready({ role: "builder" });
    const persistent = (email: string): SamlPerson => ({
      ...{ nameId: `u-${domain}`, format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" },
      attributes: { email, displayName: "Ada" },
    });
    const first = await signIn(persistent(`Ada@${domain}`));
    expect(first).toMatchObject({ organizationId: ctx.organizationId, next: "/connect/abc" });
    expect(await test.deps.db.user.findUnique({ where: { id: first.userId } })).toMatchObject({
      ...{ name: "Ada", email: `ada@${domain}`, emailVerified: true },
    });
    expect((await signIn(persistent(`ada.lovelace@${domain}`))).userId).toBe(first.userId);
    expect(await services.getSso({ ctx })).toMatchObject({ usedAt: expect.any(Date) });
    await set({ isRequired: true });
    expect(await services.mustUseSso(test.deps, first.userId)).toBe(true);
    // The same metadata again is the same provider.
    expect(await set({ isRequired: true })).toMatchObject({ isRequired: true });
  });
  it.each<[string, () => [SamlPerson, SamlLie], string]>([
    ["an address of another domain", () => [{ nameId: "ada@elsewhere.example" }, {}], "domain"],
    ["no address", () => [{ nameId: "ada" }, {}], "address"],
    ["somebody else's signature", () => [ada(), { hasForeignKey: true }], "provider"],
    ["no signature", () => [ada(), { signed: "nothing" }], "provider"],
    [
      "an answer for another organization",
      () => [ada(), { audience: "https://portico.example.com/sso/saml/org_x" }],
      "provider",
    ],
  ])("SE-14: refuses %s", async (_what, make, reason) => {
    await ready();
    await expect(signIn(...make())).rejects.toMatchObject({ details: { reason, next: "/connect/abc" } });
    expect(await test.deps.db.user.count({ where: { email: { endsWith: `@${domain}` } } })).toBe(0);
  });
  it("SE-14: an answer counts once, in the browser that asked for it, and for what it asked for", async () => {
    await ready();
    const { url, browser } = await begin();
    const posted = idp.signIn(url, ada());
    const query = await post(posted);
    // Another browser, and one without anything of ours, has nothing from it; and what was posted waits on.
    await expect(end(query, undefined)).rejects.toMatchObject(stale);
    await expect(end(query, "x".repeat(43))).rejects.toMatchObject(stale);
    await expect(end(`${query?.replace(/posted=.*/, "posted=x")}`, undefined)).rejects.toMatchObject(stale);
    expect(await post(posted)).toBeNull();
    expect(await end(query, browser)).toMatchObject({ organizationId: ctx.organizationId });
    await expect(end(query, browser)).rejects.toMatchObject(stale);
    expect(await post(posted)).toBeNull();
    // In the place of another sign-in's answer it is none.
    const other = await begin();
    const { RelayState } = idp.signIn(other.url, ada());
    await expect(end(await post({ ...posted, RelayState }), other.browser)).rejects.toMatchObject({
      details: { reason: "provider" },
    });
  });
  it.each([
    ["a state that nobody began", { response: "PHg+", state: "x".repeat(43) }],
    ["no state", { response: "PHg+", state: "" }],
    ["nothing", { response: "", state: "" }],
    ["a megabyte", { response: "A".repeat(1_000_000), state: "x" }],
  ])("keeps no answer with %s", async (_what, posted) => {
    expect(await services.keepPostedAnswer(test.deps, posted)).toBeNull();
  });
  it("keeps no answer of nobody's provider, twenty times at once one", async () => {
    await ready();
    const { url } = await begin();
    const posted = idp.signIn(url, ada());
    const kept = await Promise.all(Array.from({ length: 20 }, () => post(posted)));
    expect(kept.filter((query) => query !== null)).toHaveLength(1);
  });
  it("SE-14: with another provider nobody is known, nothing that was begun counts, and it has to be used anew", async () => {
    await ready();
    await signIn();
    const { url, browser } = await begin();
    const query = await post(idp.signIn(url, ada()));
    const another = await createFakeSamlProvider({ entityId: idp.entityId });
    // Under the same name, with a certificate of somebody else's.
    await set({ metadata: another.metadata });
    await expect(end(query, browser)).rejects.toMatchObject(stale);
    expect(await services.getSso({ ctx })).toMatchObject({ usedAt: null });
    await expect(signIn()).rejects.toMatchObject({ details: { reason: "provider" } });
    expect(await signIn(ada(), {}, another)).toMatchObject({ organizationId: ctx.organizationId });
  });
  it("SE-14: one organization's provider answers for no other", async () => {
    await ready();
    const { ctx: theirs } = await test.renew();
    const mallory = await createFakeSamlProvider({ entityId: "https://login.mallory.example" });
    await set({ metadata: mallory.metadata, domains: [`mallory-${made}.example`] }, theirs);
    const { url, browser } = await begin();
    await expect(end(await post(mallory.signIn(url, ada())), browser)).rejects.toMatchObject({
      details: { reason: "provider" },
    });
  });
  it("follows OpenID Connect and is followed by it, each known anew", async () => {
    await ready();
    await signIn();
    const oidc = { issuer: "https://login.harbor.example", clientId: "portico", clientSecret: "s", domains: [domain] };
    await expect(services.setSso({ ctx, input: oidc }, fetchMetadata)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(/^issuer: /),
    });
    expect(await services.getSso({ ctx })).toMatchObject({ kind: "saml", usedAt: expect.any(Date) });
    const row = await test.deps.db.ssoProvider.findFirstOrThrow({ where: { organizationId: ctx.organizationId } });
    expect(await services.resealSecrets(test.deps)).toMatchObject({ lost: 0 });
    expect(JSON.stringify(row)).not.toContain("PRIVATE");
  });
});
