import { randomBytes } from "node:crypto";
import { createPeople, hashPassword, resealSignIns } from "@portico/auth";
import { createVault, newId, type Vault } from "@portico/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as services from "../index.ts";
import { valueContext } from "../profile/profile-value.ts";
import { credentialContext, refreshContext, tokenContext } from "../server/credential.ts";
import { compileInProcess, createTestServices, petsDocument, type TestServices } from "../testing.ts";

const key = () => randomBytes(32).toString("base64url");
const [OLD, NEW] = [key(), key()];
const VALUES = 600;

describe("LK-07: a rotation of the secret key", () => {
  let test: TestServices;
  let ctx: services.Ctx;
  const [before, between, after] = [createVault([OLD]), createVault([NEW, OLD]), createVault([NEW])];
  beforeAll(async () => {
    test = await createTestServices();
    ctx = { ...test.ctx, vault: before };
  });
  afterAll(() => test.close());

  async function store() {
    const { jobId } = await services.publishSource({
      ctx,
      input: { source: { content: petsDocument }, slug: "pets", select: "all" },
    });
    const onBug = (error: unknown) => {
      throw error;
    };
    await services.runJob({ ...test.deps, vault: before }, { jobId, compileSource: compileInProcess, onBug });
    const { id: serverId } = await services.getServer({ ctx, input: { id: "pets" } });
    await services.setCredential({
      ctx,
      input: { serverId, scheme: "key", credential: { type: "apiKey", value: "k" } },
    });
    const { id: credentialId, setAt } = await test.deps.db.credential.findFirstOrThrow({ where: { serverId } });
    const owner = { kind: "credential" as const, id: credentialId, setAt };
    const tokens = {
      token: before.seal("t", tokenContext(owner)),
      refreshToken: before.seal("r", refreshContext(owner)),
    };
    await test.deps.db.credential.update({ where: { id: credentialId }, data: tokens });
    const { id: profileId } = await services.createProfile({ ctx, input: { serverId, name: "Live", settings: {} } });
    const values = Array.from({ length: VALUES }, (_, i) => {
      const field = `variable:v${i}`;
      const sealed = before.seal(`"${i}"`, valueContext(profileId, null, field));
      return { id: newId("profileValue"), organizationId: ctx.organizationId, profileId, field, sealed, origins: [] };
    });
    await test.deps.db.profileValue.createMany({ data: values });
    return { serverId, profileId, owner };
  }
  const openAll = async (vault: Vault, { serverId, profileId, owner }: Awaited<ReturnType<typeof store>>) => {
    const row = await test.deps.db.credential.findUniqueOrThrow({ where: { id: owner.id } });
    expect(JSON.parse(vault.open(row.sealed, credentialContext(serverId, "key")))).toMatchObject({ value: "k" });
    expect(vault.open(row.token ?? "", tokenContext(owner))).toBe("t");
    expect(vault.open(row.refreshToken ?? "", refreshContext(owner))).toBe("r");
    const values = await test.deps.db.profileValue.findMany({ where: { profileId } });
    expect(values).toHaveLength(VALUES);
    for (const { field, sealed } of values)
      expect(vault.open(sealed, valueContext(profileId, null, field))).toBe(`"${field.slice("variable:v".length)}"`);
  };

  it("is finished however often it is cut off, opens at every moment, and then needs the old key no more", async () => {
    const stored = await store();
    await openAll(between, stored);
    // Cut off twenty times, in the middle of a write.
    let left = 0;
    const cut = new Proxy(test.deps.db, {
      get(target, name) {
        const value = Reflect.get(target, name) as object;
        if (name !== "profileValue") return value;
        return new Proxy(value, {
          get(table, verb) {
            const run = Reflect.get(table, verb) as (...args: unknown[]) => unknown;
            return async (...args: unknown[]) => {
              if (verb === "updateMany" && left-- <= 0) throw new Error("killed");
              return run.apply(table, args);
            };
          },
        });
      },
    });
    for (let round = 0; round < 20; round++) {
      left = 17;
      await expect(services.resealSecrets({ db: cut, vault: between })).rejects.toThrow("killed");
      await openAll(between, stored);
    }
    // Two processes at once finish it.
    const both = await Promise.all([1, 2].map(() => services.resealSecrets({ db: test.deps.db, vault: between })));
    expect(both.map(({ lost }) => lost)).toEqual([0, 0]);
    await openAll(after, stored);
    expect(await services.resealSecrets({ db: test.deps.db, vault: between })).toEqual({ done: 0, lost: 0 });
  });
  it("leaves what no key opens as it is, and says how much that is", async () => {
    const { profileId } = await test.deps.db.profileValue.findFirstOrThrow();
    const sealed = createVault([key()]).seal("x", "elsewhere");
    const id = newId("profileValue");
    const row = { id, organizationId: ctx.organizationId, profileId, field: "variable:lost", sealed, origins: [] };
    await test.deps.db.profileValue.create({ data: row });
    expect(await services.resealSecrets({ db: test.deps.db, vault: between })).toEqual({ done: 0, lost: 1 });
    expect(await test.deps.db.profileValue.findUnique({ where: { id } })).toMatchObject({ sealed });
  });
  it("keeps second factors, which sign in with the new key alone", async () => {
    const id = newId("user");
    const password = "correct horse battery";
    const { db } = test.deps;
    await db.user.create({ data: { id, name: "Ada", email: "ada@example.com", emailVerified: true } });
    const account = { id: newId("account"), userId: id, accountId: id, providerId: "credential" };
    await db.account.create({ data: { ...account, password: await hashPassword(password) } });
    const url = test.deps.publicUrl;
    const ask = async (vault: Vault, path: string, body: object, cookie = "") => {
      const headers = { "content-type": "application/json", origin: url, cookie };
      const request = new Request(`${url}/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      const response = await createPeople({ db, vault, publicUrl: url }).handler(request);
      const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0]);
      return {
        status: response.status,
        body: (await response.json()) as Record<string, unknown>,
        cookie: cookies.join("; "),
      };
    };
    const credentials = { email: "ada@example.com", password };
    const { cookie } = await ask(before, "/sign-in/email", credentials);
    const enabled = await ask(before, "/two-factor/enable", { password }, cookie);
    expect(enabled.status).toBe(200);
    await db.user.update({ where: { id }, data: { twoFactorEnabled: true } });
    const [code = "", next = ""] = enabled.body.backupCodes as string[];

    expect(await resealSignIns(db, between)).toMatchObject({ lost: 0 });
    for (const [vault, given] of [
      [between, code],
      [after, next],
    ] as const) {
      const half = await ask(vault, "/sign-in/email", credentials);
      expect(half.body).toMatchObject({ twoFactorRedirect: true });
      expect((await ask(vault, "/two-factor/verify-backup-code", { code: given }, half.cookie)).status).toBe(200);
    }
  });
});

describe("LK-08: a secret key", () => {
  it.each([
    ["missing", []],
    ["empty", [""]],
    ["short", [randomBytes(31).toString("base64url")]],
    ["of zeros", [Buffer.alloc(32).toString("base64url")]],
    ["of one letter", ["a".repeat(64)]],
    ["that repeats itself", ["abcd".repeat(16)]],
    ["that is none among good ones", [key(), "x"]],
  ])("that is %s is refused", (_what, keys) => {
    expect(() => createVault(keys)).toThrow(/secret key/);
  });
});
