import { createVault } from "@portico/db";
import { type ModelStub, STUB_KEY, startModelStub } from "@portico/models/testing";
import { createEgress } from "@portico/upstream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { createTestServices, type TestServices } from "../testing.ts";
import { modelKeyContext } from "./providers.ts";

const egress = createEgress({ allow: ["127.0.0.0/8"] });
let test: TestServices;
let stub: ModelStub;
let ctx: services.Ctx;
let stranger: services.Ctx;
beforeAll(async () => {
  test = await createTestServices();
  stub = await startModelStub(() => ({ text: "ready" }));
});
beforeEach(async () => {
  ({ ctx, stranger } = await test.renew());
});
afterAll(async () => {
  await Promise.all([stub.stop(), egress.close()]);
  await test.close();
});

const input = (more: Partial<services.NewModelProvider> = {}): services.NewModelProvider => ({
  ...{ kind: "compatible", name: "Ours", baseUrl: `${stub.url}/`, model: "small-1", apiKey: STUB_KEY },
  ...more,
});
const create = (more: Partial<services.NewModelProvider> = {}, by = ctx) =>
  services.createModelProvider({ ctx: by, input: input(more) });
const update = (changes: services.ModelProviderChanges, by = ctx) =>
  services.updateModelProvider({ ctx: by, input: changes });
const check = (id: string, by = ctx) => services.testModelProvider({ ctx: by, input: { id }, egress });
const rowOf = (id: string) => test.deps.db.modelProvider.findUniqueOrThrow({ where: { id } });

describe("a model provider", () => {
  it("is kept with its key sealed, bound to its row and its address, and never shown", async () => {
    const made = await create();
    expect(made).toMatchObject({ name: "Ours", baseUrl: stub.url, model: "small-1", hasKey: true });
    const row = await rowOf(made.id);
    expect(test.deps.vault.open(row.sealed ?? "", modelKeyContext(row))).toBe(STUB_KEY);
    for (const other of [
      { ...row, id: "mdl_x" },
      { ...row, baseUrl: "https://evil.example/v1" },
    ])
      expect(() => test.deps.vault.open(row.sealed ?? "", modelKeyContext(other))).toThrow();
    await update({ id: made.id, name: "Theirs" });
    const seen = [
      made,
      await services.listModelProviders({ ctx }),
      (await services.listAuditEvents({ ctx, input: {} })).items,
      await check(made.id),
      row,
    ];
    expect(JSON.stringify(seen)).not.toContain(STUB_KEY);
    expect((await services.listAuditEvents({ ctx, input: {} })).items.map(({ action }) => action)).toEqual([
      "modelProvider.update",
      "modelProvider.create",
    ]);
  });

  it("has its own address where none is given, and needs a key unless it is one's own server", async () => {
    const { baseUrl } = await create({ kind: "anthropic", name: "Claude", baseUrl: undefined });
    expect(baseUrl).toBe("https://api.anthropic.com/v1");
    await expect(create({ kind: "openai", apiKey: undefined })).rejects.toMatchObject({
      message: expect.stringMatching(/enter the key/),
    });
    expect(await create({ apiKey: undefined })).toMatchObject({ hasKey: false });
    await expect(create({ name: "No place", baseUrl: undefined })).rejects.toMatchObject({
      message: expect.stringMatching(/address/),
    });
  });

  it.each<[Partial<services.NewModelProvider>, RegExp]>([
    [{ baseUrl: "http://models.example.com/v1" }, /baseUrl: use https/],
    [{ baseUrl: "https://a:b@models.example.com/v1" }, /without a user name/],
    [{ baseUrl: "https://models.example.com/v1?key=x" }, /behind \?/],
    [{ apiKey: "two words" }, /apiKey: a key has no spaces/],
    [{ apiKey: "x".repeat(1_001) }, /1000 characters at most/],
    [{ model: "" }, /choose a model/],
    [{ name: " " }, /give it a name/],
  ])("%j is refused in words", async (more, words) => {
    await expect(create(more)).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(words) });
  });

  it("has a name of its own, and there are 20 at most", async () => {
    await create();
    await expect(create()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/"Ours" already/),
    });
    for (let n = 1; n < 20; n++) await create({ name: `Ours ${n}` });
    await expect(create({ name: "Too many" })).rejects.toMatchObject({
      code: "limit_exceeded",
      message: expect.stringMatching(/20/),
    });
  });

  it("does not take its key to another address", async () => {
    const { id } = await create();
    const elsewhere = "https://evil.example/v1";
    await expect(update({ id, baseUrl: elsewhere })).rejects.toMatchObject({
      message: expect.stringMatching(/apiKey: enter the key/),
    });
    expect(await update({ id, baseUrl: elsewhere, apiKey: null })).toMatchObject({ hasKey: false });
    expect(await update({ id, baseUrl: stub.url, apiKey: STUB_KEY, model: "large-2" })).toMatchObject({
      ...{ baseUrl: stub.url, model: "large-2", hasKey: true },
    });
    expect(await check(id)).toMatchObject({ ok: true });
  });

  it("is tested by a real request, with a tool in hand, and says what is wrong", async () => {
    const { id } = await create();
    const before = stub.requests.length;
    expect(await check(id)).toEqual({ ok: true, model: "small-1", ms: expect.any(Number) });
    expect(stub.requests).toHaveLength(before + 1);
    expect(stub.requests.at(-1)?.body).toMatchObject({ model: "small-1", tools: [{ type: "function" }] });
    await update({ id, apiKey: "sk-wrong-wrong-wrong" });
    const failed = await check(id);
    expect(failed).toMatchObject({ ok: false, problem: expect.stringMatching(/does not accept the key/) });
    expect(JSON.stringify(failed)).not.toContain("sk-wrong");
  });

  it("says which models it has, before it is stored and after", async () => {
    const { name: _name, model: _model, ...access } = input();
    const models = [{ id: "large-2" }, { id: "small-1" }];
    expect(await services.findModels({ ctx, input: access, egress })).toEqual(models);
    const wrong = { ...access, apiKey: "sk-wrong-wrong-wrong" };
    await expect(services.findModels({ ctx, input: wrong, egress })).rejects.toMatchObject({
      ...{ code: "precondition_failed", message: expect.stringMatching(/does not accept the key/) },
    });
    const { id } = await create();
    expect(await services.listProviderModels({ ctx: test.as(ctx, "builder"), input: { id }, egress })).toEqual(models);
  });

  it("at a private address is not asked unless the operator allows it", async () => {
    const { id } = await create();
    const closed = createEgress();
    const before = stub.requests.length;
    const asked = await services.testModelProvider({ ctx, input: { id }, egress: closed });
    expect(asked).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/private, local or reserved.*PORTICO_EGRESS_ALLOW/),
    });
    expect(stub.requests).toHaveLength(before);
    await closed.close();
  });

  it("is an admin's to manage, a builder's to use, and nobody's elsewhere", async () => {
    const { id } = await create();
    const builder = test.as(ctx, "builder");
    expect(await services.listModelProviders({ ctx: builder })).toHaveLength(1);
    const { name: _name, model: _model, ...access } = input();
    for (const by of [builder, test.as(ctx, "member")])
      for (const attempt of [
        () => create({ name: "x" }, by),
        () => update({ id, name: "x" }, by),
        () => check(id, by),
        () => services.findModels({ ctx: by, input: access, egress }),
        () => services.removeModelProvider({ ctx: by, input: { id } }),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: "forbidden" });
    await expect(services.listModelProviders({ ctx: test.as(ctx, "member") })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await services.listModelProviders({ ctx: stranger })).toEqual([]);
    for (const attempt of [
      () => update({ id, name: "x" }, stranger),
      () => check(id, stranger),
      () => services.listProviderModels({ ctx: stranger, input: { id }, egress }),
      () => services.removeModelProvider({ ctx: stranger, input: { id } }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
    await services.removeModelProvider({ ctx: test.as(ctx, "admin"), input: { id } });
    expect(await services.listModelProviders({ ctx })).toEqual([]);
  });

  it("is sealed anew when the secret key is", async () => {
    const [older, newer] = [1, 2].map(() =>
      Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url"),
    );
    const before = createVault([older ?? ""]);
    const { id } = await services.createModelProvider({ ctx: { ...ctx, vault: before }, input: input() });
    await create({ name: "Without a key", apiKey: undefined });
    const between = createVault([newer ?? "", older ?? ""]);
    await services.resealSecrets({ db: test.deps.db, vault: between });
    const row = await rowOf(id);
    expect(createVault([newer ?? ""]).open(row.sealed ?? "", modelKeyContext(row))).toBe(STUB_KEY);
  });
});
